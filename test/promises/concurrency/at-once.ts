import { randomBytes } from 'node:crypto'
import { type Client, type Json, startApp, type TestApp } from '../../infra/app.ts'
import { createOrganization } from '../../infra/world.ts'

/** How many requests are sent at one moment. */
export const MANY = 64

/** An organization of one Owner, for many requests at once. */
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

/** Does something many times at one moment and answers every outcome. */
export const atOnce = (work: (index: number) => Promise<Json>, times = MANY): Promise<Json[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => work(index)))

/** How many outcomes there are of each type: `{ ApiKeyRotatePayload: 1, InvalidStateError: 63 }`. */
export function tally(outcomes: Json[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { __typename } of outcomes) counts[__typename] = (counts[__typename] ?? 0) + 1
  return counts
}

/** The one outcome that is a payload. */
export function winner(outcomes: Json[]): Json {
  const won = outcomes.filter(({ __typename }) => __typename.endsWith('Payload'))
  if (won.length !== 1) throw new Error(`Not one wins, but ${won.length}: ${JSON.stringify(tally(outcomes))}`)
  return won[0]
}

export const newIdempotencyKey = (): string => randomBytes(24).toString('base64url')

/** How often an organization's audit log tells of each action. */
export async function audited({ owner, organizationId }: Stage, actions: string[]): Promise<number> {
  const { data } = await owner.ask(
    `query ($id: ID!, $actions: [String!]) { organization(id: $id) { auditLog(filter: { actions: $actions }) { totalCount } } }`,
    { id: organizationId, actions },
  )
  return data.organization.auditLog.totalCount
}
