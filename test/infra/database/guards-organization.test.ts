import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { CHECK, expectRefused, refusal, UNIQUE } from './refusal.ts'
import { insertMember, insertOrganization, insertProject, insertUser, type OrganizationRows } from './rows.ts'

let db: TestDatabase
let own: OrganizationRows
beforeAll(async () => {
  db = await createTestDatabase()
  own = await insertOrganization(db.database)
})
afterAll(() => db.drop())

describe('the database keeps one Owner in an organization:', () => {
  const owner = () => ({ where: { id: own.ownerMemberId } })

  test('rejects removing or demoting the only Owner', async () => {
    const noOwner = 'must have exactly one Owner'
    await expectRefused(db.database, CHECK, noOwner, (tx) =>
      tx.organization.create({ data: { id: randomUUID(), name: 'Acme' } }),
    )
    await expectRefused(db.database, CHECK, noOwner, (tx) => tx.member.update({ ...owner(), data: { role: 'ADMIN' } }))
    await expectRefused(db.database, CHECK, noOwner, (tx) => tx.member.delete(owner()))
    await expectRefused(db.database, CHECK, noOwner, (tx) => tx.user.delete({ where: { id: own.ownerId } }))
  })

  test('rejects a second Owner', async () => {
    await expectRefused(db.database, UNIQUE, 'member_one_owner', async (tx) => {
      const id = await insertMember(tx, own)
      await tx.member.update({ where: { id }, data: { role: 'OWNER' } })
    })
  })

  test('accepts a transfer of ownership in one transaction', async () => {
    expect(
      await refusal(db.database, async (tx) => {
        const id = await insertMember(tx, own)
        await tx.member.update({ ...owner(), data: { role: 'ADMIN' } })
        await tx.member.update({ where: { id }, data: { role: 'OWNER' } })
      }),
    ).toBe(null)
  })

  test('of two concurrent transactions that would together remove all Owners, rejects one', async () => {
    const { organizationId, ownerMemberId } = await insertOrganization(db.database)
    const heir = await db.database.transaction(async (tx) => {
      const data = { id: randomUUID(), organizationId, userId: await insertUser(tx), role: 'ADMIN' as const }
      return (await tx.member.create({ data })).id
    })
    const pause = () => new Promise((resolve) => setTimeout(resolve, 30))
    const outcomes = await Promise.allSettled([
      db.database.transaction(async (tx) => {
        await tx.member.update({ where: { id: ownerMemberId }, data: { role: 'ADMIN' } })
        await pause()
        await tx.member.update({ where: { id: heir }, data: { role: 'OWNER' } })
        await pause()
      }),
      db.database.transaction(async (tx) => {
        await pause()
        await tx.member.deleteMany({ where: { id: heir } })
        await pause()
      }),
    ])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await db.database.prisma.member.count({ where: { organizationId, role: 'OWNER' } })).toBe(1)
  })
})

describe('the database keeps one default project in an organization:', () => {
  test('rejects deleting or unmarking the only default project', async () => {
    const noDefault = 'must have exactly one default project'
    const where = { id: own.projectId }
    await expectRefused(db.database, CHECK, noDefault, (tx) => tx.project.update({ where, data: { isDefault: false } }))
    await expectRefused(db.database, CHECK, noDefault, (tx) => tx.project.delete({ where }))
    await expectRefused(db.database, CHECK, noDefault, async (tx) => {
      const organizationId = randomUUID()
      await tx.organization.create({ data: { id: organizationId, name: 'Acme' } })
      const data = { id: randomUUID(), organizationId, userId: await insertUser(tx), role: 'OWNER' as const }
      await tx.member.create({ data })
    })
  })

  test('rejects a second default project', async () => {
    await expectRefused(db.database, UNIQUE, 'project_one_default', async (tx) => {
      const id = await insertProject(tx, own)
      await tx.project.update({ where: { id }, data: { isDefault: true } })
    })
  })

  test('accepts deleting an organization with all its rows', async () => {
    expect(
      await refusal(db.database, async (tx) => {
        const { organizationId } = own
        await tx.member.deleteMany({ where: { organizationId } })
        await tx.project.deleteMany({ where: { organizationId } })
        await tx.organization.delete({ where: { id: organizationId } })
      }),
    ).toBe(null)
  })
})
