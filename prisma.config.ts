import { defineConfig } from 'prisma/config'

// Prisma's CLI looks for its native engine even where it never runs it: any existing file satisfies the look-up, and
// nothing is downloaded. Generating and migrating both work without that binary.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
})
