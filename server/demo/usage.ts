import { readFile } from 'node:fs/promises'
import { newId } from '@keyward/schema/core/ids'
import { createGateway } from '@keyward/schema/gateway/service'
import { loadModels } from '@keyward/schema/model/load'
import type { Runtime } from '@keyward/schema/runtime'
import { recordUsage } from '@keyward/schema/usage/record'
import { actingAs } from '../identity/acting.ts'
import { DEMO_GATEWAY } from './people.ts'

const HOUR_MS = 3_600_000
const DAYS = 30
const CATALOGUE = new URL('../../examples/models.json', import.meta.url)
const CALL = 1_000

/** Public ids of the credentials for which usage is created. */
export interface DemoCredentials {
  websiteChat: string
  nightlyBatch: string
  evaluation: string
  mobileApp: string
  revokedStaging: string
}

interface Habit {
  credentialId: string
  workload: string
  model: string
  /** Number of requests in each hour of a weekday, UTC. */
  hourly: (hour: number) => number
  weekends: number
  inputTokens: number
  outputTokens: number
  /** Days since the last use. */
  until?: number
}

const office = (peak: number) => (hour: number) => (hour >= 7 && hour <= 19 ? peak * (1 - Math.abs(13 - hour) / 8) : 0)
const nights = (count: number) => (hour: number) => (hour === 2 || hour === 3 ? count : 0)

const habitsOf = (at: DemoCredentials): Habit[] => [
  {
    credentialId: at.websiteChat,
    workload: 'INFERENCE',
    model: 'meta-llama/Llama-3.3-70B-Instruct-Turbo',
    hourly: office(3),
    weekends: 0.6,
    inputTokens: 1_800_000,
    outputTokens: 420_000,
  },
  {
    credentialId: at.mobileApp,
    workload: 'INFERENCE',
    model: 'deepseek-ai/DeepSeek-V3',
    hourly: office(2),
    weekends: 1.4,
    inputTokens: 600_000,
    outputTokens: 250_000,
  },
  {
    credentialId: at.nightlyBatch,
    workload: 'BATCH',
    model: 'deepseek-ai/DeepSeek-V3',
    hourly: nights(4),
    weekends: 1,
    inputTokens: 4_000_000,
    outputTokens: 900_000,
  },
  {
    credentialId: at.evaluation,
    workload: 'EVALUATIONS',
    model: 'deepseek-ai/DeepSeek-R1',
    hourly: office(1),
    weekends: 0,
    inputTokens: 300_000,
    outputTokens: 500_000,
  },
  {
    credentialId: at.revokedStaging,
    workload: 'INFERENCE',
    model: 'meta-llama/Llama-3.3-70B-Instruct-Turbo',
    hourly: office(1),
    weekends: 0,
    inputTokens: 200_000,
    outputTokens: 60_000,
    until: 9,
  },
]

/** Pseudo-random numbers from 0 to 1, the same in every run. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

/** The demo's models. */
export async function demoModels(): Promise<{ slug: string; prices: object[] }[]> {
  const { models } = JSON.parse(await readFile(CATALOGUE, 'utf8')) as { models: { slug: string; prices: object[] }[] }
  return models
}

/**
 * Loads the example catalogue, creates a gateway and reports a month of usage through it. Each event combines the
 * requests of several minutes. Returns the gateway's token, which is shown once.
 */
export async function makeUsage(runtime: Runtime, credentials: DemoCredentials): Promise<string> {
  const now = runtime.database.clock.now().getTime()
  const effectiveFrom = new Date(now - 2 * DAYS * 24 * HOUR_MS).toISOString()
  const models = await demoModels()
  await loadModels(runtime, {
    models: models.map((model) => ({ ...model, prices: model.prices.map((price) => ({ effectiveFrom, ...price })) })),
  })
  const { gatewayId, name, token } = await createGateway(runtime, DEMO_GATEWAY)
  const gateway = await actingAs(runtime, { kind: 'GATEWAY', id: gatewayId, name })
  const events = eventsUntil(now, credentials)
  for (let at = 0; at < events.length; at += CALL) {
    const { rejected } = await recordUsage(gateway, { events: events.slice(at, at + CALL) })
    if (rejected[0]) throw new Error(`The demo's usage was rejected: ${rejected[0].code} ${rejected[0].message}`)
  }
  await runtime.database.sql(LAST_USES)
  return token
}

/** Verifies each secret first, as a gateway does before it reports usage, so that keys with usage have a last use. */
const LAST_USES = `
  WITH used AS (
    SELECT credential_id, min(occurred_at) AS first, max(occurred_at) AS last FROM usage_record
     WHERE credential_kind = 'API_KEY' GROUP BY credential_id),
  keys AS (
    UPDATE api_key k SET last_used_at = used.last FROM used WHERE k.id = used.credential_id RETURNING k.id, used.first, used.last)
  UPDATE api_key_secret s SET first_used_at = keys.first, last_used_at = keys.last FROM keys
   WHERE s.api_key_id = keys.id AND s.version = 1`

function eventsUntil(now: number, credentials: DemoCredentials): object[] {
  const random = dice(7)
  const events: object[] = []
  for (const habit of habitsOf(credentials)) {
    for (let hoursAgo = DAYS * 24 - 1; hoursAgo > (habit.until ?? 0) * 24; hoursAgo--) {
      const start = new Date(now - hoursAgo * HOUR_MS)
      const isWeekend = [0, 6].includes(start.getUTCDay())
      const expected = habit.hourly(start.getUTCHours()) * (isWeekend ? habit.weekends : 1)
      const count = Math.floor(expected + random())
      for (let nth = 0; nth < count; nth++) {
        const size = 0.5 + random()
        const quantity = (tokens: number) => BigInt(Math.round(tokens * size))
        events.push({
          eventId: newId(),
          credentialId: habit.credentialId,
          workload: habit.workload,
          model: habit.model,
          occurredAt: new Date(start.getTime() - random() * HOUR_MS),
          units: [
            { lineItem: 'INPUT_TOKENS', quantity: quantity(habit.inputTokens) },
            { lineItem: 'OUTPUT_TOKENS', quantity: quantity(habit.outputTokens) },
          ],
        })
      }
    }
  }
  return events
}
