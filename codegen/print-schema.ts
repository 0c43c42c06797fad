import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { schema } from '@keyward/schema/graph'
import { lexicographicSortSchema, printSchema } from 'graphql'

// Prints the schema to the file that is its public contract. With --check, only reports whether the file is up to date.
const file = fileURLToPath(import.meta.resolve('@keyward/schema/schema.graphql'))
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`
const present = await readFile(file, 'utf8').catch(() => null)
if (present !== printed) {
  if (process.argv.includes('--check')) {
    process.stderr.write(`${file} is not what the graph prints. Run \`pnpm codegen\` and commit what it changes.\n`)
    process.exitCode = 1
  } else {
    await writeFile(file, printed)
    process.stdout.write(`Printed ${file}\n`)
  }
}
