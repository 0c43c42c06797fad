import { expect } from 'vitest'
import type { Json } from '../app.ts'
import type { Fleet } from './fleet.ts'
import { ask, type Load, MUTATIONS, type Tenant } from './load.ts'

const KEYS = `query ($id: ID!, $after: String, $usage: UsageInput!) { project(id: $id) { apiKeys(first: 50, after: $after) {
  nodes { id status name usage(input: $usage) { total } } pageInfo { hasNextPage endCursor } } } }`
interface Key {
  status: string
  name: string
  usage: { total: string }
}

/** The acknowledged changes that an instance lacks, each with its id. */
export interface Missing {
  created: string[]
  revoked: string[]
  events: string[]
  /** Names that more than one key has, although each was given once. */
  doubled: string[]
}

async function readKeys(fleet: Fleet, tenant: Tenant): Promise<Map<string, Key>> {
  const usage = {
    from: new Date(Date.now() - 86_400_000).toISOString(),
    to: new Date(Date.now() + 3_600_000).toISOString(),
  }
  const found = new Map<string, Key>()
  for (let after: string | null = null, isMore = true; isMore; ) {
    const { project }: Json = await ask(fleet, tenant.session, KEYS, { id: tenant.projectId, after, usage })
    for (const node of project.apiKeys.nodes) found.set(node.id, node)
    isMore = project.apiKeys.pageInfo.hasNextPage
    after = project.apiKeys.pageInfo.endCursor
  }
  return found
}

/** Compares the journal up to now with the instance. `concerns` takes the time of an acknowledgement. */
export async function findMissing(
  fleet: Fleet,
  tenant: Tenant,
  { journal }: Load,
  concerns: (at: number) => boolean = () => true,
): Promise<Missing> {
  const now = performance.now()
  const keys = await readKeys(fleet, tenant)
  // The load may continue while the keys are read.
  const isDue = (at: number) => at < now && concerns(at)
  const idsOf = (times: Map<string, number>) => [...times].filter(([, at]) => isDue(at)).map(([id]) => id)
  const names = [...keys.values()].map(({ name }) => name)
  // A key has the usage of its acknowledged event, so a key without any has lost it.
  const isUsed = (id: string) => Number(keys.get(id)?.usage.total ?? 0) > 0
  return {
    created: idsOf(journal.created).filter((id) => !keys.has(id)),
    revoked: idsOf(journal.revoked).filter((id) => keys.get(id)?.status !== 'REVOKED'),
    events: journal.events
      .filter(({ at, credentialId }) => isDue(at) && !isUsed(credentialId))
      .map(({ eventId }) => eventId),
    doubled: names.filter((name, index) => names.indexOf(name) !== index),
  }
}

/** The result of a comparison in which nothing is missing. */
export const NOTHING: Missing = { created: [], revoked: [], events: [], doubled: [] }

/** Everything that was acknowledged is there, once, and the audit logs fit. */
export async function expectNothingLost(fleet: Fleet, tenant: Tenant, load: Load): Promise<void> {
  expect(await findMissing(fleet, tenant, load)).toEqual(NOTHING)
  const { events } = load.journal
  for (let from = 0; from < events.length; from += 500) {
    const given = events.slice(from, from + 500).map(({ eventId, credentialId }) => {
      // Another time under the same id is not recorded either.
      return { eventId, credentialId, workload: 'INFERENCE', occurredAt: new Date().toISOString(), cost: '0.01' }
    })
    const { usageRecord } = await ask(fleet, tenant.gatewayToken, MUTATIONS.record, { input: { events: given } })
    expect(usageRecord.recorded).toBe(0)
  }
  const totals = async () => {
    const now = await readKeys(fleet, tenant)
    return tenant.known.map(({ id }) => [id, Number(now.get(id)?.usage.total)])
  }
  // The gateway module sends its events later, each once.
  const expected = tenant.known.map(({ id }) => [id, (tenant.recorded.get(id) ?? 0) / 1_000])
  await expect.poll(totals, { timeout: 60_000 }).toEqual(expected)
  const keys = await readKeys(fleet, tenant)
  for (const { credentialId } of events) expect(keys.get(credentialId)?.usage.total).toBe('0.01')
  const { code, output } = await fleet.operate('audit', 'verify')
  expect(code, output).toBe(0)
}
