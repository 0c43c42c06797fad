import { encodeId } from '@keyward/schema/core/ids'
import { Client } from 'pg'
import { fillWithKeys, idOf } from './data.ts'
import { FULL, World } from './world.ts'

/*
 * Prints the disk space that keys and usage need, for docs/operations/capacity.md: `npx tsx bench/sizes.ts`. Keys are
 * inserted with SQL; usage is recorded by the product.
 */

const KEYS = 1_000_000
const EVENTS = 1_000_000
const BATCH = 1_000
const LANES = 2
const RECORD = `mutation ($input: UsageRecordInput!) { usageRecord(input: $input) {
  ... on UsageRecordPayload { recorded rejected { code message } } ... on Error { message } } }`
const MODEL = `
  INSERT INTO model (id, slug, display_name, workload, status) VALUES ('00000009-0000-7000-8000-000000000001', 'bench-1', 'Bench', 'INFERENCE', 'ONLINE');
  INSERT INTO model_price (model_id, line_item, effective_from, usd)
  SELECT '00000009-0000-7000-8000-000000000001', line_item::"LineItem", '2020-01-01', usd
    FROM (VALUES ('INPUT_TOKENS', 0.5), ('OUTPUT_TOKENS', 1.5)) AS p(line_item, usd)`

const SIZES = `SELECT relname AS name, pg_total_relation_size(oid)::float8 AS bytes FROM pg_class
  WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC`

async function print(title: string, client: Client, count: number): Promise<void> {
  await client.query('VACUUM')
  const { rows } = await client.query<{ name: string; bytes: number }>(SIZES)
  console.log(title)
  for (const { name, bytes } of rows.filter(({ bytes }) => bytes > 4e6)) {
    console.log(`  ${name}: ${(bytes / 1e6).toFixed(0)} MB, ${(bytes / count).toFixed(0)} bytes each`)
  }
}

const connected = async (url: string): Promise<Client> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  return client
}

const world = await World.open(FULL, console.log)
try {
  const { url, made } = await world.database('usage', async (client) => {
    const tokens = await fillWithKeys(client, { count: 1_000, limited: false })
    await client.query(MODEL)
    // Usage that is older than its key is rejected.
    await client.query("UPDATE api_key SET created_at = now() - interval '3 days'")
    return tokens
  })
  const server = await world.keyward({ DATABASE_URL: url })
  let sent = 0
  const record = async () => {
    for (; sent < EVENTS; ) {
      const from = sent
      sent += BATCH
      const events = Array.from({ length: BATCH }, (_, index) => ({
        eventId: `event-${from + index}`,
        credentialId: encodeId('ApiKey', idOf('key', (from + index) % 1_000)),
        workload: 'INFERENCE',
        model: 'bench-1',
        // Spread over a day, so that every hourly sum has rows.
        occurredAt: new Date(Date.now() - ((from / BATCH) % 24) * 3_600_000).toISOString(),
        units: [
          { lineItem: 'INPUT_TOKENS', quantity: String(1_200 + index) },
          { lineItem: 'OUTPUT_TOKENS', quantity: String(300 + index) },
        ],
      }))
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${made.gateway}` },
        body: JSON.stringify({ query: RECORD, variables: { input: { events } } }),
      })
      const { data, errors } = await response.json()
      if (data?.usageRecord.recorded !== BATCH) throw new Error(JSON.stringify(errors ?? data).slice(0, 500))
    }
  }
  await Promise.all(Array.from({ length: LANES }, record))
  await server.stop()
  const client = await connected(url)
  await print(`${EVENTS} usage events of 1,000 keys in 24 hours`, client, EVENTS)
  await client.end()
  for (const limited of [false, true]) {
    const name = limited ? 'limited' : 'keys'
    const { url } = await world.database(name, (client) => fillWithKeys(client, { count: KEYS, limited }))
    const client = await connected(url)
    await print(limited ? 'Keys, every second with two limits' : 'Keys', client, KEYS)
    await client.end()
  }
} finally {
  await world.close()
}
