import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { CHECK, expectRefused, refusal } from './refusal.ts'
import {
  insertAccount,
  insertInvitation,
  insertKey,
  insertOrganization,
  insertUser,
  keyRow,
  legacyKeyRow,
  type OrganizationRows,
  secretRow,
  serviceAccountRow,
} from './rows.ts'

let db: TestDatabase
let own: OrganizationRows
beforeAll(async () => {
  db = await createTestDatabase()
  own = await insertOrganization(db.database)
})
afterAll(() => db.drop())

describe('the database rejects', () => {
  test('a member that is not exactly one user or service account', async () => {
    const base = { organizationId: own.organizationId, role: 'MEMBER' as const }
    await expectRefused(db.database, CHECK, 'member_one_subject', (tx) =>
      tx.member.create({ data: { id: randomUUID(), ...base } }),
    )
    await expectRefused(db.database, CHECK, 'member_one_subject', async (tx) => {
      const [userId, serviceAccountId] = [await insertUser(tx), await insertAccount(tx, own)]
      await tx.member.create({ data: { id: randomUUID(), ...base, userId, serviceAccountId } })
    })
    expect(
      await refusal(db.database, async (tx) => {
        const serviceAccountId = await insertAccount(tx, own)
        await tx.member.create({ data: { id: randomUUID(), ...base, serviceAccountId } })
      }),
    ).toBe(null)
  })

  test('a service account as Owner', async () => {
    await expectRefused(db.database, CHECK, 'member_service_account_not_owner', async (tx) => {
      const serviceAccountId = await insertAccount(tx, own)
      await tx.member.update({ where: { id: own.ownerMemberId }, data: { userId: null, serviceAccountId } })
    })
  })

  test('a collaborator that is not exactly one user or service account, or that two accounts added', async () => {
    const base = { organizationId: own.organizationId, projectId: own.projectId, role: 'MEMBER' as const }
    await expectRefused(db.database, CHECK, 'collaborator_one_subject', (tx) =>
      tx.collaborator.create({ data: { id: randomUUID(), ...base } }),
    )
    await expectRefused(db.database, CHECK, 'collaborator_one_adder', async (tx) => {
      const [userId, addedByServiceAccountId] = [await insertUser(tx), await insertAccount(tx, own)]
      const data = { id: randomUUID(), ...base, userId, addedByUserId: userId, addedByServiceAccountId }
      await tx.collaborator.create({ data })
    })
  })

  test('an invitation as Owner or from more than one sender', async () => {
    await expectRefused(db.database, CHECK, 'invitation_role_not_owner', async (tx) => {
      const id = await insertInvitation(tx, own)
      await tx.invitation.update({ where: { id }, data: { role: 'OWNER' } })
    })
    await expectRefused(db.database, CHECK, 'invitation_one_inviter', async (tx) => {
      const [id, invitedByServiceAccountId] = [await insertInvitation(tx, own), await insertAccount(tx, own)]
      await tx.invitation.update({ where: { id }, data: { invitedByUserId: own.ownerId, invitedByServiceAccountId } })
    })
  })

  test('a key without a name, or with two creators or revokers', async () => {
    const { ownerId } = own
    await expectRefused(db.database, CHECK, 'api_key_name_not_blank', (tx) =>
      tx.apiKey.create({ data: { ...keyRow(own), name: ' ' } }),
    )
    await expectRefused(db.database, CHECK, 'api_key_name_not_blank', (tx) =>
      tx.apiKey.create({ data: { ...keyRow(own), nameKey: '' } }),
    )
    await expectRefused(db.database, CHECK, 'api_key_one_creator', async (tx) => {
      const createdByServiceAccountId = await insertAccount(tx, own)
      await tx.apiKey.create({ data: { ...keyRow(own), createdByUserId: ownerId, createdByServiceAccountId } })
    })
    await expectRefused(db.database, CHECK, 'api_key_one_revoker', async (tx) => {
      const revokedByServiceAccountId = await insertAccount(tx, own)
      await tx.apiKey.create({ data: { ...keyRow(own), revokedByUserId: ownerId, revokedByServiceAccountId } })
    })
  })

  test('a service account with two creators', async () => {
    await expectRefused(db.database, CHECK, 'service_account_one_creator', async (tx) => {
      const [id, createdByServiceAccountId] = [await insertAccount(tx, own), await insertAccount(tx, own)]
      const data = { createdByUserId: own.ownerId, createdByServiceAccountId }
      await tx.serviceAccount.update({ where: { id }, data })
    })
  })

  test('a hash that is not 32 bytes long', async () => {
    const short = new Uint8Array(31)
    const { organizationId, projectId } = own
    await expectRefused(db.database, CHECK, 'service_account_token_hash_size', (tx) =>
      tx.serviceAccount.create({ data: { ...serviceAccountRow(organizationId), tokenHash: short } }),
    )
    await expectRefused(db.database, CHECK, 'legacy_key_hash_size', (tx) =>
      tx.legacyKey.create({ data: { ...legacyKeyRow(organizationId, projectId), hash: short } }),
    )
    await expectRefused(db.database, CHECK, 'api_key_secret_hash_size', async (tx) => {
      const id = await insertKey(tx, own)
      await tx.apiKeySecret.create({ data: { ...secretRow(organizationId, id), hash: short } })
    })
  })

  test('archiving the default project', async () => {
    await expectRefused(db.database, CHECK, 'project_default_not_archived', (tx) =>
      tx.project.update({ where: { id: own.projectId }, data: { archivedAt: new Date() } }),
    )
  })

  test('a second row in the change clock', async () => {
    await expectRefused(db.database, CHECK, 'change_clock_one_row', (tx) =>
      tx.changeClock.create({ data: { id: 2, position: 0n } }),
    )
    expect(await db.database.prisma.changeClock.findMany()).toMatchObject([{ id: 1, position: 0n }])
  })
})
