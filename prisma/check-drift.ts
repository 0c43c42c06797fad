import { diffMigrationsToSchema } from './schema-diff.ts'

// Exits with 1 and prints the missing SQL when schema.prisma and the migrations differ. It sees neither CHECKs nor
// triggers: test/infra/database/catalogue.test.ts asserts those.
const missing = await diffMigrationsToSchema()
if (missing !== '') {
  console.error(
    `prisma/schema.prisma and prisma/migrations/ differ. \`pnpm db:migration NAME\` would write:\n\n${missing}`,
  )
  process.exitCode = 1
} else console.log('prisma/schema.prisma and prisma/migrations/ agree.')
