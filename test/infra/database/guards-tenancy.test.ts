import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { CHECK, expectRefused, FOREIGN_KEY, refusal, type Work } from './refusal.ts'
import {
  auditRow,
  insertAccount,
  insertInvitation,
  insertKey,
  insertMember,
  insertOrganization,
  insertProject,
  insertUser,
  keyRow,
  legacyKeyRow,
  type OrganizationRows,
  secretRow,
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

describe('the database rejects rows that mix tenants:', () => {
  const mixed = () => ({ organizationId: own.organizationId, projectId: foreign.projectId })
  const works: Record<string, Work> = {
    'a key and its project': (tx) => tx.apiKey.create({ data: keyRow(mixed()) }),
    'a secret and its key': async (tx) => {
      const id = await insertKey(tx, foreign)
      await tx.apiKeySecret.create({ data: secretRow(own.organizationId, id) })
    },
    'a collaborator and its project': async (tx) => {
      const data = { id: randomUUID(), ...mixed(), userId: await insertUser(tx), role: 'MEMBER' as const }
      await tx.collaborator.create({ data })
    },
    'a collaborator that moves to another project': async (tx) => {
      const { organizationId, projectId } = own
      const data = {
        id: randomUUID(),
        organizationId,
        projectId,
        userId: await insertUser(tx),
        role: 'MEMBER' as const,
      }
      const { id } = await tx.collaborator.create({ data })
      await tx.collaborator.update({ where: { id }, data: { projectId: foreign.projectId } })
    },
    'a collaborator and its service account': async (tx) => {
      const { organizationId, projectId } = own
      const serviceAccountId = await insertAccount(tx, foreign)
      const data = { id: randomUUID(), organizationId, projectId, serviceAccountId, role: 'MEMBER' as const }
      await tx.collaborator.create({ data })
    },
    'a member and its service account': async (tx) => {
      const serviceAccountId = await insertAccount(tx, foreign)
      const data = { id: randomUUID(), organizationId: own.organizationId, serviceAccountId, role: 'MEMBER' as const }
      await tx.member.create({ data })
    },
    'an offer of ownership and its member': async (tx) => {
      const { organizationId } = own
      const data = { id: randomUUID(), organizationId, memberId: foreign.ownerMemberId, expiresAt: new Date() }
      await tx.ownershipOffer.create({ data })
    },
    'a legacy key and its project': (tx) =>
      tx.legacyKey.create({ data: legacyKeyRow(own.organizationId, foreign.projectId) }),
    'an invitation and the project it opens': async (tx) => {
      const invitationId = await insertInvitation(tx, own)
      await tx.invitationGrant.create({ data: { invitationId, projectId: foreign.projectId, role: 'MEMBER' } })
    },
    'an audit event and its project': (tx) =>
      tx.auditEvent.create({ data: auditRow(own.organizationId, foreign.projectId) }),
  }
  test.each(Object.entries(works))('%s', async (_name, work) => {
    const refused = await refusal(db.database, work)
    expect(refused).toMatchObject({ state: FOREIGN_KEY })
  })

  test('the database accepts these rows if they belong to one organization', async () => {
    expect(
      await refusal(db.database, async (tx) => {
        const { organizationId, projectId } = own
        const id = await insertKey(tx, own)
        await tx.apiKeySecret.create({ data: secretRow(organizationId, id) })
        await tx.legacyKey.create({ data: legacyKeyRow(organizationId, projectId) })
        const invitationId = await insertInvitation(tx, own)
        await tx.invitationGrant.create({ data: { invitationId, projectId, role: 'MEMBER' } })
        const serviceAccountId = await insertAccount(tx, own)
        const collaborator = { id: randomUUID(), organizationId, projectId, serviceAccountId, role: 'MEMBER' as const }
        await tx.collaborator.create({ data: collaborator })
        const expiresAt = new Date()
        await tx.ownershipOffer.create({
          data: { id: randomUUID(), organizationId, memberId: await insertMember(tx, own), expiresAt },
        })
        await tx.auditEvent.create({ data: auditRow(organizationId, projectId) })
      }),
    ).toBe(null)
  })

  test('a legacy key outside the default project', async () => {
    await expectRefused(db.database, CHECK, 'belongs to the default project', async (tx) => {
      const projectId = await insertProject(tx, own)
      await tx.legacyKey.create({ data: legacyKeyRow(own.organizationId, projectId) })
    })
  })
})
