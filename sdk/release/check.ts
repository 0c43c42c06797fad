import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import readChangesets from '@changesets/read'
import { BUMPS, type Bump, judge } from './rule.ts'

// Fails if the changesets announce a smaller release than the graph's changes require, or if something is removed
// before its date. Needs no history and no network, because schema.graphql in this folder is the released schema.
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
console.log(`The graph requires: ${required}. The changesets of @keyward/sdk say: ${announced}.`)
for (const problem of problems) console.error(`- ${problem}`)
process.exitCode = problems.length > 0 ? 1 : 0
