import { encodeId } from '@keyward/schema/core/ids'
import type { Benchmark, Contender } from './benchmark.ts'
import { numberOf, startChild } from './child.ts'
import { fillWithKeys, idOf } from './data.ts'

const EVENTS = 1_000
const CONNECTIONS = 2
const KEYS = 100
const WORKLOADS = ['INFERENCE', 'BATCH', 'EVALUATIONS'] as const

const RECORD = `mutation Record($input: UsageRecordInput!) { usageRecord(input: $input) {
  __typename ... on UsageRecordPayload { recorded duplicates rejected { index code } } ... on Error { code message } } }`

/** A model whose prices determine each event's cost. */
const MODEL = `
  INSERT INTO model (id, slug, display_name, workload, status) VALUES ('00000009-0000-7000-8000-000000000001', 'bench-1', 'Bench', 'INFERENCE', 'ONLINE');
  INSERT INTO model_price (model_id, line_item, effective_from, usd)
  SELECT '00000009-0000-7000-8000-000000000001', line_item::"LineItem", '2020-01-01', usd
    FROM (VALUES ('INPUT_TOKENS', 0.5), ('OUTPUT_TOKENS', 1.5)) AS p(line_item, usd)`

export const benchmark: Benchmark = {
  id: 'S5',
  title: `usageRecord, ${EVENTS} events a request`,
  unit: 'events/s',
  async open(world) {
    const { url, made } = await world.database('usage', async (client) => {
      const tokens = await fillWithKeys(client, { count: KEYS, limited: false })
      await client.query(MODEL)
      // The same columns, primary key and index as usage_record, but without triggers or foreign keys.
      await client.query('CREATE TABLE plain_event (LIKE usage_record INCLUDING ALL)')
      await client.query("ALTER TABLE plain_event ALTER COLUMN month SET DEFAULT '1970-01-01'")
      return tokens
    })
    const keyward = await world.keyward({ DATABASE_URL: url })
    const inserter = startChild('servers/inserter.ts', { DATABASE_URL: url })
    const occurredAt = new Date().toISOString()
    const items = Array.from({ length: KEYS }, (_, n) =>
      JSON.stringify({
        eventId: 'DRAWN',
        credentialId: encodeId('ApiKey', idOf('key', n)),
        workload: WORKLOADS[n % WORKLOADS.length],
        model: 'bench-1',
        occurredAt,
        units: [
          { lineItem: 'INPUT_TOKENS', quantity: String(1_200 + n) },
          { lineItem: 'OUTPUT_TOKENS', quantity: String(300 + n) },
        ],
      }),
    )
    const subject: Contender = {
      name: 'usageRecord',
      measure: () =>
        world.ask(
          keyward,
          {
            connections: CONNECTIONS,
            warmUp: 2,
            forbidden: 'rejected":[{',
            draw: 'IDS',
            message: {
              method: 'POST',
              path: '/graphql',
              headers: { authorization: `Bearer ${made.gateway}`, accept: 'application/json' },
              batch: EVENTS,
              items,
              body: `{"query":${JSON.stringify(RECORD)},"variables":{"input":{"events":[ITEMS]}}}`,
            },
          },
          EVENTS,
        ),
    }
    const reference: Contender = {
      name: 'multi-row INSERT of the same rows',
      async measure() {
        const asked = { connections: CONNECTIONS, seconds: world.size.seconds, warmUp: 2, rows: EVENTS, keys: KEYS }
        const said = await inserter.ask(asked)
        const rows = numberOf(said, 'rows')
        return { value: rows / numberOf(said, 'seconds'), cpuMicros: numberOf(said, 'cpuMicros') / rows }
      },
    }
    return {
      contenders: [reference, subject],
      goals: [{ name: 'multi-row INSERT', subject, reference, atLeast: 0.4 }],
      async close() {
        const [sums] = await world.query('usage', async (client) => {
          const { rows } = await client.query<{ raw: string; summed: string }>(
            'SELECT (SELECT count(*) FROM usage_record) AS raw, (SELECT coalesce(sum(events), 0) FROM usage_hourly) AS summed',
          )
          return rows
        })
        if (sums?.raw !== sums?.summed) throw new Error(`${sums?.raw} events, but ${sums?.summed} in the sums`)
        await keyward.stop()
        await inserter.stop()
      },
    }
  },
}
