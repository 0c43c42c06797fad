import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'

/*
 * Gateways call these functions all the time, over connections that live for weeks. A plan that was made while the
 * tables were empty must not scan them once they are full. Failed without the functions' own setting of enable_seqscan.
 */

const AUTHORITIES = {
  keyward_take_leases: {
    at: 'now()',
    tables: ['limit_counter', 'limit_lease', 'usage_limit'],
    asks: (scope: string) => [
      {
        lease: randomUUID(),
        holder: randomUUID(),
        scope,
        kind: 'TOTAL',
        window: '1970-01-01T00:00:00Z',
        used: '0',
        returned: '0',
        need: '1',
        want: '1',
        least: '1',
      },
    ],
  },
  keyward_take_requests: {
    at: '0',
    tables: ['limit_bucket', 'usage_limit'],
    asks: (scope: string) => [{ scope, back: 0, need: 1, want: 1 }],
  },
}

let db: TestDatabase
const scope = randomUUID()
beforeAll(async () => {
  // One connection, because plans are cached per connection.
  db = await createTestDatabase({ poolSize: 1 })
  await db.database.transaction(async (tx) => {
    const { id: userId } = await tx.user.create({ data: { id: randomUUID(), name: 'Jo', email: 'jo@example.com' } })
    await tx.organization.create({
      data: {
        id: scope,
        name: 'Limited',
        members: { create: { id: randomUUID(), userId, role: 'OWNER' } },
        projects: { create: { id: randomUUID(), name: 'Default', isDefault: true } },
      },
    })
    const limit = {
      scopeId: scope,
      organizationId: scope,
      amount: 1_000_000,
      action: 'REJECT',
      setAt: new Date(),
    } as const
    await tx.usageLimit.createMany({
      data: (['TOTAL', 'REQUESTS_PER_MINUTE'] as const).map((kind) => ({ ...limit, kind, thresholds: [] })),
    })
  })
})
afterAll(() => db?.drop())

test.each(Object.entries(AUTHORITIES))(
  'the function %s reads tables only through indexes',
  async (name, { tables, asks, at }) => {
    const { database } = db
    for (const table of tables) await database.sql(`VACUUM ANALYZE ${table}`)
    const take = `SELECT count(*)::int AS taken FROM ${name}($1::jsonb, ${at})`
    for (let time = 0; time < 10; time += 1) {
      expect(await database.sql(take, [JSON.stringify(asks(scope))])).toEqual([{ taken: 1 }])
    }
    const scans = await database.transaction(async (tx) => {
      await tx.$queryRawUnsafe(take, JSON.stringify(asks(scope)))
      return tx.$queryRawUnsafe<{ relname: string; idx_scan: bigint; seq_scan: bigint }[]>(
        'SELECT relname, idx_scan, seq_scan FROM pg_stat_xact_user_tables WHERE relname = ANY($1) ORDER BY relname',
        tables,
      )
    })
    expect(scans.map(({ relname }) => relname)).toEqual(tables)
    for (const { relname, idx_scan, seq_scan } of scans) {
      expect([relname, seq_scan]).toEqual([relname, 0n])
      expect(idx_scan).toBeGreaterThan(0n)
    }
  },
)
