import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import readChangesets from '@changesets/read'
import { BUMPS, type Bump, judge } from './rule.ts'

// Fails when the changesets promise less than the graph's changes since the last release ask for, or when something went
// before its day. Needs no history and no network: the released schema is beside this file.
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const bumps = (await readChangesets(at('../..')))
  .flatMap(({ releases }) => releases)
  .flatMap(({ name, type }) => (name === '@keyward/sdk' ? [type] : []))
const announced = bumps.reduce<Bump>((most, bump) => (BUMPS.indexOf(bump) > BUMPS.indexOf(most) ? bump : most), 'none')
const { required, problems } = await judge({
  released: readFileSync(at('schema.graphql'), 'utf8'),
  current: readFileSync(at('../../schema/schema.graphql'), 'utf8'),
  announced,
  today: new Date().toISOString().slice(0, 10),
})
console.log(`The graph asks for: ${required}. The changesets of @keyward/sdk say: ${announced}.`)
for (const problem of problems) console.error(`- ${problem}`)
process.exitCode = problems.length > 0 ? 1 : 0
