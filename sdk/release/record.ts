import { copyFileSync } from 'node:fs'

// Part of making a release: from now on the schema is compared with this one.
copyFileSync(new URL('../../schema/schema.graphql', import.meta.url), new URL('schema.graphql', import.meta.url))
