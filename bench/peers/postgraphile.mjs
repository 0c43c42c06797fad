import { createServer } from 'node:http'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { announce } from '../serving.ts'

/*
 * PostGraphile on Keyward's tables, with its production defaults. Without authentication. Not in TypeScript, because
 * its types change graphql's types for every package compiled with them.
 */

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({ connectionString: process.env.DATABASE_URL ?? '', schemas: ['public'], poolConfig: { max: 10 } }),
  ],
  grafserv: { graphiql: false, watch: false, graphqlPath: '/graphql' },
  grafast: { explain: false },
})

const server = createServer({ keepAliveTimeout: 65_000 })
server.on('error', (error) => {
  throw error
})
await instance.createServ(grafserv).addTo(server)
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const address = server.address()
if (address === null || typeof address === 'string') throw new Error('Not listening')
announce(`http://127.0.0.1:${address.port}`)
