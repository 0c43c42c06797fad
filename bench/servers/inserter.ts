import { createHash, randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import { idOf } from '../data.ts'

/* Only inserts usage event rows, with a single prepared multi-row statement. */

interface Asked {
  connections: number
  seconds: number
  warmUp: number
  rows: number
  keys: number
}

const COLUMNS = `id, content_hash, organization_id, project_id, credential_kind, credential_id, user_id, workload, model_id,
  gateway_id, occurred_at, recorded_at, units, cost, reservation_id`
const WIDTH = 15

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 })
// PostgreSQL may close an idle connection. An unhandled 'error' would print its statement.
pool.on('error', () => undefined)
const gateway = randomUUID()
const occurredAt = new Date()

const row = (n: number): unknown[] => {
  const id = randomUUID()
  const hash = createHash('sha256').update(id).digest()
  const units = `{"INPUT_TOKENS":${1_200 + n},"OUTPUT_TOKENS":${300 + n}}`
  const project = idOf('project', 0)
  const named = [idOf('organization', 0), project, 'API_KEY', idOf('key', n), null, 'INFERENCE', null]
  return [id, hash, ...named, gateway, occurredAt, new Date(), units, '0.00105', null]
}

async function insert({ rows, keys }: Asked): Promise<void> {
  const tuple = (n: number) => `(${Array.from({ length: WIDTH }, (_, index) => `$${n * WIDTH + index + 1}`).join(',')})`
  const text = `INSERT INTO plain_event (${COLUMNS}) VALUES ${Array.from({ length: rows }, (_, n) => tuple(n)).join(',')}`
  await pool.query({
    name: `insert ${rows}`,
    text,
    values: Array.from({ length: rows }, (_, n) => row(n % keys)).flat(),
  })
}

async function loop(asked: Asked, seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1_000
  const counts = Array.from({ length: asked.connections }, async () => {
    let written = 0
    while (performance.now() < until) {
      await insert(asked)
      written += asked.rows
    }
    return written
  })
  return (await Promise.all(counts)).reduce((sum, written) => sum + written, 0)
}

process.on('message', async (asked: Asked) => {
  try {
    await loop(asked, asked.warmUp)
    const [began, before] = [performance.now(), process.cpuUsage()]
    const rows = await loop(asked, asked.seconds)
    const { user, system } = process.cpuUsage(before)
    process.send?.({ rows, seconds: (performance.now() - began) / 1_000, cpuMicros: user + system })
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : 'unknown' })
  }
})
process.once('disconnect', () => process.exit(0))
