import { diffMigrationsToSchema } from './schema-diff.ts'

// Exits with 1, and the missing SQL, when schema.prisma says something else than the migrations make. It sees neither
// CHECKs nor triggers: test/infra/database/catalogue.test.ts does.
const missing = await diffMigrationsToSchema()
if (missing !== '') {
  console.error(
    `prisma/schema.prisma and prisma/migrations/ differ. \`pnpm db:migration NAME\` would write:\n\n${missing}`,
  )
  process.exitCode = 1
} else console.log('prisma/schema.prisma and prisma/migrations/ agree.')
