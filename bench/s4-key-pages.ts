import { readFile } from 'node:fs/promises'
import { encodeId } from '@keyward/schema/core/ids'
import { parse, print, visit } from 'graphql'
import type { Benchmark, Contender } from './benchmark.ts'
import { fillWithKeys, idOf } from './data.ts'

/*
 * The console's own query for a page of keys, sent one at a time, in an organization with 380,000 keys. The figure is
 * the 99th percentile of response times.
 */

const KEYS_OF_PROJECT = 10_000
const PROJECTS = 38

const ACTIVE = { statuses: ['ACTIVE'] }
const NEWEST = { field: 'CREATED_AT', direction: 'DESC' }

/** Pages that people open: a filter and a sort order. */
const PAGES = {
  'newest first': { filter: ACTIVE, orderBy: NEWEST },
  'by name': { filter: ACTIVE, orderBy: { field: 'NAME', direction: 'ASC' } },
  'by creator': { filter: ACTIVE, orderBy: { field: 'CREATED_BY', direction: 'ASC' } },
  'by expiration': { filter: ACTIVE, orderBy: { field: 'EXPIRES_AT', direction: 'ASC' } },
  'by last use': { filter: ACTIVE, orderBy: { field: 'LAST_USED_AT', direction: 'DESC' } },
  'revoked ones': { filter: { statuses: ['REVOKED'] }, orderBy: NEWEST },
  'found by name': { filter: { ...ACTIVE, search: '1234' }, orderBy: NEWEST },
  'not found': { filter: { ...ACTIVE, search: 'unheard-of' }, orderBy: NEWEST },
} as const

const LISTS = {
  project: { operation: 'ProjectKeys', counts: 'ProjectKeyCounts', id: encodeId('Project', idOf('project', 0)) },
  organization: {
    operation: 'OrganizationKeys',
    counts: 'OrganizationKeyCounts',
    id: encodeId('Organization', idOf('organization', 0)),
  },
} as const

/** Extracts one operation from the console's document, with the list's fragments. */
async function operationOf(name: string): Promise<string> {
  const text = await readFile(new URL('../console/src/keys/keys.graphql', import.meta.url), 'utf8')
  const used = new Set([name, ...(name.endsWith('Counts') ? ['KeyCounts'] : ['KeyRow', 'KeyPage'])])
  return print(
    visit(parse(text), {
      OperationDefinition: (node) => (used.has(node.name?.value ?? '') ? undefined : null),
      FragmentDefinition: (node) => (used.has(node.name.value) ? undefined : null),
    }),
  )
}

function percentile99(times: number[]): number {
  const sorted = times.sort((a, b) => a - b)
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN
}

export const benchmark: Benchmark = {
  id: 'S4',
  title: `A page of keys, of ${(KEYS_OF_PROJECT * PROJECTS).toLocaleString('en-US')} in an organization`,
  unit: 'ms',
  async open(world) {
    const set = {
      count: KEYS_OF_PROJECT * PROJECTS,
      limited: false,
      used: true,
      keysOfProject: KEYS_OF_PROJECT,
      projectsOfOrganization: PROJECTS,
    }
    const { url, made } = await world.database('key_pages', (client) => fillWithKeys(client, set))
    const server = await world.keyward({ DATABASE_URL: url })
    const ask = async (body: string): Promise<void> => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${made.serviceAccount}` }
      const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body })
      const text = await response.text()
      if (!response.ok || text.includes('"errors"')) throw new Error(`Answered: ${text.slice(0, 600)}`)
    }
    const contenders: Contender[] = []
    for (const [owner, { operation, counts, id }] of Object.entries(LISTS)) {
      const query = await operationOf(operation)
      const bodies = Object.entries(PAGES).map(([page, asked]) => [
        page,
        JSON.stringify({ query, variables: { id, first: 25, withBudget: true, ...asked } }),
      ])
      const counting = { query: await operationOf(counts), variables: { id, filter: ACTIVE } }
      for (const [page, body = ''] of [...bodies, ['counted', JSON.stringify(counting)]]) {
        const measure = async () => {
          for (let warmUp = 0; warmUp < 5; warmUp += 1) await ask(body)
          const [cpu, times] = [await server.cpuMicros(), [] as number[]]
          for (const until = performance.now() + world.size.seconds * 1_000; performance.now() < until; ) {
            const began = performance.now()
            await ask(body)
            times.push(performance.now() - began)
          }
          return { cpuMicros: ((await server.cpuMicros()) - cpu) / times.length, value: percentile99(times) }
        }
        contenders.push({ name: `keys of the ${owner}, ${page}`, measure })
      }
    }
    return {
      contenders,
      // The console loads counts after the page, so they have no goal.
      goals: contenders
        .filter(({ name }) => !name.endsWith('counted'))
        .map((subject) => ({ name: '—', subject, valueAtMost: 100 })),
      close: () => server.stop(),
    }
  },
}
