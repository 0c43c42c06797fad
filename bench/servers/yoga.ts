import { readFile } from 'node:fs/promises'
import { createSchema, createYoga } from 'graphql-yoga'
import { announce, listenOn } from '../serving.ts'

/* Plain Yoga over Keyward's printed schema, without plugins, callers or a database. */

const typeDefs = await readFile(new URL('../../schema/schema.graphql', import.meta.url), 'utf8')
const yoga = createYoga({ schema: createSchema({ typeDefs }), logging: false, graphiql: false })

announce(await listenOn(yoga))
