import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { MIGRATIONS } from './migrations-folder.ts'
import { diffMigrationsToSchema } from './schema-diff.ts'

// Writes the migration to the current schema.prisma. Add triggers and CHECKs by hand, because the schema cannot express
// them.
const [name] = process.argv.slice(2)
if (name === undefined || !/^[a-z][a-z0-9_]{0,60}$/.test(name)) {
  console.error('Name the migration in lower-case letters, digits and underscores: pnpm db:migration add_webhooks')
  process.exitCode = 2
} else {
  const script = await diffMigrationsToSchema()
  if (script === '') console.log('Nothing to migrate: prisma/schema.prisma and prisma/migrations/ agree.')
  else {
    const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
    const folder = join(MIGRATIONS, `${stamp}_${name}`)
    const file = join(folder, 'migration.sql')
    await mkdir(folder)
    await writeFile(file, script)
    console.log(`Wrote ${relative(process.cwd(), file)}. Read it before you commit it.`)
  }
}
