import { encodeId } from '@keyward/schema/core/ids'
import type { Client } from 'pg'
import type { Benchmark, Contender } from './benchmark.ts'
import { fillWithKeys, idOf, type Tokens } from './data.ts'
import type { Served, World } from './world.ts'

const KEYS = 20
const HOURS = 30 * 24
const WORKLOADS = ['INFERENCE', 'BATCH', 'EVALUATIONS', 'FILES', 'ENDPOINTS'] as const
/**
 * Number of cells: combinations of key, workload and hour. Few and many events fill the same cells, so that the
 * responses are alike.
 */
const CELLS = KEYS * WORKLOADS.length * HOURS
const STEP = 1_000_000
const CONSUMERS = 50
const TEAMS = 4

const QUESTIONS = {
  'by key and workload': {
    selection: 'credential { id name } workload',
    input: { groupBy: ['CREDENTIAL', 'WORKLOAD'] },
  },
  'by consumer': { selection: 'consumer isOtherConsumers', input: { groupBy: ['CONSUMER'] } },
  'by tag': { selection: 'tagValue', input: { groupBy: ['TAG'], tagKey: 'team' } },
}

type Asked = keyof typeof QUESTIONS

const analytics = (selection: string): string =>
  `query Costs($id: ID!, $input: CostAnalyticsInput!) { organization(id: $id) { costAnalytics(input: $input) {
  total totalRequests buckets { start groups { ${selection} cost requests } } } } }`

/** The nth event's cell, which determines its other values. */
const OF_CELL = `
  ('00000003-0000-7000-8000-' || lpad(to_hex(cell % ${KEYS}), 12, '0'))::uuid AS credential_id,
  (ARRAY['${WORKLOADS.join("','")}'])[cell / ${KEYS} % ${WORKLOADS.length} + 1]::"Workload" AS workload,
  date_trunc('hour', now()) - make_interval(hours => 1 + (cell / ${KEYS * WORKLOADS.length})::int) AS hour`

async function fill(client: Client, events: number): Promise<Tokens> {
  const tokens = await fillWithKeys(client, { count: KEYS, limited: false })
  const [organization, project] = [idOf('organization', 0), idOf('project', 0)]
  for (let first = 0; first < events; first += STEP) {
    await client.query(
      `INSERT INTO usage_record (id, month, content_hash, organization_id, project_id, credential_kind, credential_id, workload,
                                gateway_id, occurred_at, recorded_at, units, cost)
       SELECT lpad(n::text, 12, '0'), date '1970-01-01', sha256(n::text::bytea), '${organization}', '${project}', 'API_KEY', credential_id,
              workload, '${project}', hour + interval '1 minute', hour + interval '2 minutes',
              '{"INPUT_TOKENS":1000,"OUTPUT_TOKENS":200}', 0.0008
         FROM (SELECT n, ${OF_CELL} FROM (SELECT n, n % ${CELLS} AS cell FROM generate_series($1::bigint, $2::bigint) AS n) AS c) AS e`,
      [first, Math.min(events, first + STEP) - 1],
    )
  }
  // Inserts the sums of exactly these events.
  await client.query(
    `INSERT INTO usage_hourly (organization_id, hour, project_id, credential_kind, credential_id, workload, model_id,
                               line_item, events, requests, quantity, cost)
     SELECT '${organization}', hour, '${project}', 'API_KEY', credential_id, workload,
            '00000000-0000-0000-0000-000000000000', item::"LineItem", CASE item WHEN 'INPUT_TOKENS' THEN many ELSE 0 END,
            many, many * quantity, many * usd
       FROM (SELECT ${events} / ${CELLS} + (cell < ${events} % ${CELLS})::int AS many, ${OF_CELL}
               FROM generate_series(0, ${CELLS - 1}) AS cell) AS c,
            (VALUES ('INPUT_TOKENS', 1000, 0.0005), ('OUTPUT_TOKENS', 200, 0.0003)) AS l(item, quantity, usd)`,
  )
  // Every second cell names a consumer, and every key changes its team halfway through the period.
  await client.query(
    `INSERT INTO usage_consumer_hourly (organization_id, hour, project_id, consumer, credential_kind, credential_id, user_id,
                                        workload, model_id, line_item, events, requests, quantity, cost)
     SELECT organization_id, hour, project_id, 'customer-' || row_number() OVER () % ${CONSUMERS}, credential_kind,
            credential_id, user_id, workload, model_id, line_item, events, requests, quantity, cost
       FROM usage_hourly WHERE hashtext(credential_id::text || workload || hour) % 2 = 0`,
  )
  await client.query(
    `INSERT INTO api_key_tag_period (organization_id, project_id, api_key_id, key, value, from_hour, until_hour)
     SELECT organization_id, project_id, id, 'team', 'team-' || hashtext(id::text || p.from_hour) % ${TEAMS}, p.from_hour, p.until_hour
       FROM api_key,
            LATERAL (SELECT date_trunc('hour', now()) - interval '${HOURS / 2} hours' AS changed) AS c,
            LATERAL (VALUES ('-infinity'::timestamptz, c.changed), (c.changed, 'infinity')) AS p (from_hour, until_hour)`,
  )
  await client.query('VACUUM ANALYZE')
  return tokens
}

interface Filled {
  server: Served
  /** Measures one question. */
  asked(question: Asked): Contender
}

async function filled(world: World, name: string, events: number): Promise<Filled> {
  const { url, made } = await world.database(name, (client) => fill(client, events))
  const server = await world.keyward({ DATABASE_URL: url })
  const variables = (question: Asked) => ({
    id: encodeId('Organization', idOf('organization', 0)),
    input: {
      from: new Date(Date.now() - HOURS * 3_600_000).toISOString(),
      to: new Date().toISOString(),
      ...QUESTIONS[question].input,
    },
  })
  const asked = (question: Asked): Contender => ({
    name: `30 days of ${events.toLocaleString('en-US')} events ${question}`,
    measure: () =>
      world.ask(server, {
        connections: 1,
        warmUp: 2,
        forbidden: '"errors"',
        draw: 'IDS',
        message: {
          method: 'POST',
          path: '/graphql',
          headers: { authorization: `Bearer ${made.serviceAccount}`, accept: 'application/json' },
          batch: 1,
          body: JSON.stringify({ query: analytics(QUESTIONS[question].selection), variables: variables(question) }),
        },
      }),
  })
  return { asked, server }
}

export const benchmark: Benchmark = {
  id: 'S6',
  title: 'costAnalytics by key and workload, by consumer and by tag',
  unit: 'answers/s',
  async open(world) {
    const few = await filled(world, 'few_events', world.size.events.few)
    const many = await filled(world, 'many_events', world.size.events.many)
    const pairs = (Object.keys(QUESTIONS) as Asked[]).map((question) => ({
      reference: few.asked(question),
      subject: many.asked(question),
    }))
    return {
      contenders: pairs.flatMap(({ reference, subject }) => [reference, subject]),
      goals: pairs.map((pair) => ({ name: pair.reference.name, ...pair, timeAtMost: 1.3 })),
      async close() {
        await few.server.stop()
        await many.server.stop()
        await world.drop('many_events')
      },
    }
  },
}
