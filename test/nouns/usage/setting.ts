import type { DatabaseOptions } from '../../../prisma/database.ts'
import { loadModels } from '../../../schema/model/load.ts'
import type { Json } from '../../infra/app.ts'
import { startWorld, type World } from '../../infra/world.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** A world whose gateway records usage, with models that have had prices for a long time. */
export interface UsageWorld extends World {
  /** A time before now, as text. */
  ago(milliseconds: number): string
  /** A usage event of the live key: 1 million input tokens of a public model, $1, an hour ago. */
  event(more?: object): Json
  /** Records events as the gateway. */
  record(events: object[], more?: object): Promise<Json>
  /** The costs of the organization. By default, of the last 30 days. */
  costs(input?: object, selection?: string): Promise<Json>
}

const LONG_AGO = '2020-01-01T00:00:00Z'

export const RECORDED = 'recorded duplicates rejected { index eventId field code message } asOf'

let made = 0

/** A unique event id. */
export function eventId(): string {
  made += 1
  return `event-${made}`
}

/** Builds the world and its catalogue. */
export async function startUsageWorld(options: DatabaseOptions = {}): Promise<UsageWorld> {
  const world = await startWorld(options)
  const { project, otherProject } = world.ids
  const price = (lineItem: string, usd: string) => ({ lineItem, usd, effectiveFrom: LONG_AGO })
  const model = (slug: string, more: object = {}) => ({
    slug,
    displayName: slug,
    workload: 'INFERENCE',
    prices: [price('INPUT_TOKENS', '1'), price('CACHED_INPUT_TOKENS', '0.1'), price('OUTPUT_TOKENS', '3.5')],
    ...more,
  })
  await loadModels(world.app.runtime, {
    models: [
      model('public/chat'),
      model('public/offline', { status: 'OFFLINE' }),
      model('public/images', { prices: [price('IMAGES', '0.04')] }),
      model('own/project', { project }),
      model('own/other', { project: otherProject }),
    ],
  })
  const ago = (milliseconds: number) => new Date(world.database.clock.now().getTime() - milliseconds).toISOString()
  return {
    ...world,
    ago,
    event: (more = {}) => ({
      eventId: eventId(),
      credentialId: world.ids.apiKey,
      workload: 'INFERENCE',
      model: 'public/chat',
      occurredAt: ago(HOUR_MS),
      units: [{ lineItem: 'INPUT_TOKENS', quantity: '1000000' }],
      ...more,
    }),
    record: (events, more = {}) => world.as.gateway.mutate('usageRecord', { events, ...more }, RECORDED),
    async costs(input = {}, selection = 'total totalRequests') {
      const { data, errors } = await world.as.owner.ask(
        `query ($id: ID!, $input: CostAnalyticsInput!) { organization(id: $id) { costAnalytics(input: $input) { ${selection} } } }`,
        { id: world.ids.organization, input: { from: ago(30 * DAY_MS), to: ago(-HOUR_MS), ...input } },
      )
      if (errors) throw new Error(JSON.stringify(errors))
      return data.organization.costAnalytics
    },
  }
}
