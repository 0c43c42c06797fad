import { copyFileSync } from 'node:fs'

// Part of a release: later changes of the schema are compared with this one.
copyFileSync(new URL('../../schema/schema.graphql', import.meta.url), new URL('schema.graphql', import.meta.url))
