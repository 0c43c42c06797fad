import { copyFileSync } from 'node:fs'

// Part of a release: stores the schema with which later changes are compared.
copyFileSync(new URL('../../schema/schema.graphql', import.meta.url), new URL('schema.graphql', import.meta.url))
