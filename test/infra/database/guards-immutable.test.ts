import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { CHECK, expectRefused, refusal, type Work } from './refusal.ts'
import {
  insertAccount,
  insertInvitation,
  insertKey,
  insertMember,
  insertOrganization,
  keyRow,
  legacyKeyRow,
  type OrganizationRows,
  secretRow,
  someHash,
} from './rows.ts'

let db: TestDatabase
let own: OrganizationRows
let foreign: OrganizationRows
beforeAll(async () => {
  db = await createTestDatabase()
  own = await insertOrganization(db.database)
  foreign = await insertOrganization(db.database)
})
afterAll(() => db.drop())

describe('the database rejects changing', () => {
  test('a key’s id, project or revocation', async () => {
    const changes = {
      id: { id: randomUUID() },
      project_id: { projectId: foreign.projectId },
      revoked_at: { revokedAt: null },
    }
    for (const [column, data] of Object.entries(changes)) {
      await expectRefused(db.database, CHECK, `${column} of api_key never changes`, async (tx) => {
        const { id } = await tx.apiKey.create({ data: { ...keyRow(own), revokedAt: new Date() } })
        await tx.apiKey.update({ where: { id }, data })
      })
    }
  })

  test('a revoked key’s revocation', async () => {
    expect(
      await refusal(db.database, async (tx) => {
        const id = await insertKey(tx, own)
        await tx.apiKey.update({ where: { id }, data: { revokedAt: new Date(), name: 'Other', expiresAt: new Date() } })
        await tx.apiKey.update({ where: { id }, data: { lastUsedAt: new Date() } })
      }),
    ).toBe(null)
  })

  test('a secret’s hash or key', async () => {
    for (const [column, data] of Object.entries({
      hash: { hash: someHash() },
      api_key_id: { apiKeyId: randomUUID() },
    })) {
      await expectRefused(db.database, CHECK, `${column} of api_key_secret never changes`, async (tx) => {
        const { id } = await tx.apiKeySecret.create({ data: secretRow(own.organizationId, await insertKey(tx, own)) })
        await tx.apiKeySecret.update({ where: { id }, data })
      })
    }
  })

  test('any row’s organization', async () => {
    const data = { organizationId: foreign.organizationId }
    const { organizationId, projectId } = own
    const expiresAt = new Date()
    const moves: Record<string, Work> = {
      member: (tx) => tx.member.update({ where: { id: own.ownerMemberId }, data }),
      project: (tx) => tx.project.update({ where: { id: own.projectId }, data }),
      api_key: async (tx) => tx.apiKey.update({ where: { id: await insertKey(tx, own) }, data }),
      service_account: async (tx) => tx.serviceAccount.update({ where: { id: await insertAccount(tx, own) }, data }),
      invitation: async (tx) => tx.invitation.update({ where: { id: await insertInvitation(tx, own) }, data }),
      legacy_key: async (tx) => {
        const row = await tx.legacyKey.create({ data: legacyKeyRow(own.organizationId, own.projectId) })
        await tx.legacyKey.update({ where: { id: row.id }, data })
      },
      api_key_secret: async (tx) => {
        const { id } = await tx.apiKeySecret.create({ data: secretRow(organizationId, await insertKey(tx, own)) })
        await tx.apiKeySecret.update({ where: { id }, data })
      },
      collaborator: async (tx) => {
        const row = { id: randomUUID(), organizationId, projectId, userId: own.ownerId, role: 'MEMBER' as const }
        const { id } = await tx.collaborator.create({ data: row })
        await tx.collaborator.update({ where: { id }, data })
      },
      ownership_offer: async (tx) => {
        const row = { id: randomUUID(), organizationId, memberId: await insertMember(tx, own), expiresAt }
        const { id } = await tx.ownershipOffer.create({ data: row })
        await tx.ownershipOffer.update({ where: { id }, data })
      },
      audit_head: async (tx) => {
        await tx.auditHead.create({ data: { organizationId, sequence: 1n, hash: someHash() } })
        await tx.auditHead.update({ where: { organizationId }, data })
      },
    }
    for (const [table, move] of Object.entries(moves)) {
      await expectRefused(db.database, CHECK, `organization_id of ${table} never changes`, move)
    }
  })

  test('an organization’s or a project’s id', async () => {
    const data = { id: randomUUID() }
    await expectRefused(db.database, CHECK, 'id of organization never changes', (tx) =>
      tx.organization.update({ where: { id: own.organizationId }, data }),
    )
    await expectRefused(db.database, CHECK, 'id of project never changes', (tx) =>
      tx.project.update({ where: { id: own.projectId }, data }),
    )
  })
})
