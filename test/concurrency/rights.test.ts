import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../prisma/database.ts'
import { type Client, startApp, type TestApp } from '../app.ts'
import { testDatabaseKind } from '../database.ts'
import { createOrganization, join } from '../world.ts'

/*
 * Roles are loaded when a request begins, and held while it writes: who is removed in between leaves nothing behind. The
 * request is stopped between the two by a lock on the organization; the embedded database has one connection at work, so
 * that nothing can stand in between there. It failed when holdRights did nothing.
 */

let app: TestApp
let owner: Client
let organizationId: string
beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  organizationId = (await createOrganization(owner, 'Held')).id
})
afterAll(() => app?.close())

/** Holds the organization's row while something is tried that waits for it. */
async function whileLocked<T>(work: (release: () => Promise<void>) => Promise<T>): Promise<T> {
  const other = await openDatabase(app.database.url, { poolSize: 1 })
  let release: () => void = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let locked: () => void = () => {}
  const isLocked = new Promise<void>((resolve) => {
    locked = resolve
  })
  const holding = other.transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM organization FOR UPDATE`
    locked()
    await released
  })
  await isLocked
  try {
    return await work(async () => {
      release()
      await holding
    })
  } finally {
    release()
    await holding
    await other.close()
  }
}

const waiting = async (count: number) => {
  const sql = `SELECT count(*)::int AS waiting FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'`
  await expect
    .poll(async () => (await app.database.sql<{ waiting: number }>(sql))[0]?.waiting)
    .toBeGreaterThanOrEqual(count)
}

test.skipIf(testDatabaseKind !== 'postgresql')(
  'an ADMIN who is removed while inviting somebody leaves no open invitation',
  async () => {
    const admin = await app.signUp('Admin')
    const memberId = await join(owner, organizationId, admin, 'ADMIN')
    await whileLocked(async (release) => {
      const input = { organizationId, email: 'accomplice@x.example', role: 'ADMIN' }
      const inviting = admin.mutate('memberInvite', input)
      await waiting(1)
      const removing = owner.mutate('memberRemove', { id: memberId })
      await waiting(2)
      await release()
      await inviting
      expect((await removing).__typename).toBe('MemberRemovePayload')
    })
    const query = 'query ($id: ID!) { organization(id: $id) { invitations(first: 100) { nodes { email } } } }'
    const { data } = await owner.ask(query, { id: organizationId })
    expect(data.organization.invitations.nodes).toEqual([])
  },
)

test.skipIf(testDatabaseKind !== 'postgresql')(
  'who is no longer the Owner offers the organization to nobody, though the request began before',
  async () => {
    const heir = await app.signUp('Heir')
    const heirId = await join(owner, organizationId, heir, 'ADMIN')
    const other = await app.signUp('Other')
    const otherId = await join(owner, organizationId, other, 'ADMIN')
    await owner.mutate('ownershipTransferOffer', { organizationId, memberId: heirId })
    await whileLocked(async (release) => {
      const accepting = heir.mutate('ownershipTransferAccept', { organizationId })
      await waiting(1)
      const offering = owner.mutate('ownershipTransferOffer', { organizationId, memberId: otherId })
      await waiting(2)
      await release()
      await Promise.all([accepting, offering])
    })
    const query = 'query ($id: ID!) { organization(id: $id) { owner { name } ownershipOffer { id } } }'
    const { data } = await heir.ask(query, { id: organizationId })
    // Either the acceptance came first, and nothing is offered; or the newer offer did, and the older one is gone.
    if (data.organization.owner.name === 'Heir') expect(data.organization.ownershipOffer).toBeNull()
    else expect(data.organization.owner.name).toBe('Owner')
  },
)
