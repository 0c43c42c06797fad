import { randomBytes } from 'node:crypto'
import { type Client, type Json, startApp, type TestApp } from '../../infra/app.ts'
import { createOrganization } from '../../infra/world.ts'

/** Number of concurrent requests. */
export const MANY = 64

/** An organization with one Owner, for concurrent requests. */
export interface Stage extends TestApp {
  owner: Client & { email: string }
  organizationId: string
  projectId: string
}

export async function startStage(): Promise<Stage> {
  const base = await startApp()
  const owner = await base.signUp('Owner')
  const { id, defaultProject } = await createOrganization(owner, 'Busy')
  return { ...base, owner, organizationId: id, projectId: defaultProject }
}

/** Calls a function many times concurrently and returns every outcome. */
export const atOnce = (work: (index: number) => Promise<Json>, times = MANY): Promise<Json[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => work(index)))

/** Number of outcomes per type: `{ ApiKeyRotatePayload: 1, InvalidStateError: 63 }`. */
export function tally(outcomes: Json[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { __typename } of outcomes) counts[__typename] = (counts[__typename] ?? 0) + 1
  return counts
}

/** The only outcome that is a payload. */
export function winner(outcomes: Json[]): Json {
  const won = outcomes.filter(({ __typename }) => __typename.endsWith('Payload'))
  if (won.length !== 1) throw new Error(`Not one wins, but ${won.length}: ${JSON.stringify(tally(outcomes))}`)
  return won[0]
}

export const newIdempotencyKey = (): string => randomBytes(24).toString('base64url')

/** Number of audit events per action of an organization. */
export async function audited({ owner, organizationId }: Stage, actions: string[]): Promise<number> {
  const { data } = await owner.ask(
    `query ($id: ID!, $actions: [String!]) { organization(id: $id) { auditLog(filter: { actions: $actions }) { totalCount } } }`,
    { id: organizationId, actions },
  )
  return data.organization.auditLog.totalCount
}
