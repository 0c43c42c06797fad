import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const SCHEMA = join(import.meta.dirname, '../../../schema')
const RAW = /\$(?:query|execute)Raw|\.sql\s*[<(`]/

// Failed with a `tx.$queryRaw` in project/service.ts.
test('each noun’s raw SQL is in its sql.ts, in functions with a docstring', () => {
  const files = readdirSync(SCHEMA, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.includes('node_modules'),
  )
  const read = (file: string) => readFileSync(join(SCHEMA, file), 'utf8')
  expect(files.filter((file) => !file.endsWith('sql.ts') && RAW.test(read(file)))).toEqual([])
  const statements = files.filter((file) => file.endsWith('/sql.ts'))
  expect(statements.length).toBeGreaterThan(15)
  for (const file of statements) {
    const functions =
      read(file).match(/^(?:\/\*\*.*\n|.*\*\/\n)?export (?:const \w+ = (?:async )?\(|(?:async )?function )/gm) ?? []
    expect(
      functions.filter((each) => each.startsWith('export')),
      file,
    ).toEqual([])
  }
})
