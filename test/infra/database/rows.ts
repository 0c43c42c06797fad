import { createHash, randomUUID } from 'node:crypto'
import type { Database, Transaction } from '../../../prisma/database.ts'
import type { Prisma } from '../../../prisma/generated/prisma/client.ts'

// Rows written with SQL, for tests of the database itself. Other tests use the services.

/** A unique hash of the right size. */
export function someHash(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(randomUUID()).digest())
}

/** The ids of one organization and its required rows. */
export interface OrganizationRows {
  organizationId: string
  ownerId: string
  ownerMemberId: string
  projectId: string
}

/** Inserts a user. */
export async function insertUser(tx: Transaction): Promise<string> {
  const id = randomUUID()
  await tx.user.create({ data: { id, name: 'Somebody', email: `${id}@example.com` } })
  return id
}

/** Inserts an organization with its Owner and its default project. */
export async function insertOrganization(database: Database): Promise<OrganizationRows> {
  return database.transaction(async (tx) => {
    const ownerId = await insertUser(tx)
    const [organizationId, ownerMemberId, projectId] = [randomUUID(), randomUUID(), randomUUID()]
    await tx.organization.create({ data: { id: organizationId, name: 'Acme' } })
    await tx.member.create({ data: { id: ownerMemberId, organizationId, userId: ownerId, role: 'OWNER' } })
    await tx.project.create({ data: { id: projectId, organizationId, name: 'Default', isDefault: true } })
    return { organizationId, ownerId, ownerMemberId, projectId }
  })
}

/** The columns of a live key. */
export function keyRow(
  { organizationId, projectId }: Pick<OrganizationRows, 'organizationId' | 'projectId'>,
  name: string = randomUUID(),
): Prisma.ApiKeyUncheckedCreateInput {
  return { id: randomUUID(), organizationId, projectId, name, nameKey: name, start: 'kw_proj_abc', createdByName: 'Jo' }
}

/** The columns of one version of a key's secret. */
export function secretRow(organizationId: string, apiKeyId: string): Prisma.ApiKeySecretUncheckedCreateInput {
  return { id: randomUUID(), organizationId, apiKeyId, version: 1, hash: someHash(), start: 'kw_proj_abc' }
}

/** The columns of a service account. */
export function serviceAccountRow(organizationId: string): Prisma.ServiceAccountUncheckedCreateInput {
  const name = randomUUID()
  return { id: randomUUID(), organizationId, name, nameKey: name, tokenHash: someHash(), tokenStart: 'kw_svc_abc' }
}

/** The columns of a legacy key. */
export function legacyKeyRow(organizationId: string, projectId: string): Prisma.LegacyKeyUncheckedCreateInput {
  const sealed = new Uint8Array(48)
  return { id: randomUUID(), organizationId, projectId, hash: someHash(), sealed, start: 'kw_org_abc' }
}

/** The columns of the first audit event of an organization. */
export function auditRow(organizationId: string, projectId: string | null): Prisma.AuditEventUncheckedCreateInput {
  return {
    id: randomUUID(),
    organizationId,
    projectId,
    sequence: 1n,
    at: new Date(),
    action: 'test',
    actorKind: 'SYSTEM',
    targetType: 'Organization',
    targetId: organizationId,
    details: {},
    previousHash: new Uint8Array(32),
    hash: someHash(),
  }
}

/** The columns of a change event. */
export function changeRow(position: bigint): Prisma.ChangeEventUncheckedCreateInput {
  return { position, at: new Date(), kind: 'TEST', subjectId: randomUUID() }
}

/** Inserts a live key. */
export async function insertKey(tx: Transaction, rows: OrganizationRows): Promise<string> {
  return (await tx.apiKey.create({ data: keyRow(rows) })).id
}

/** Inserts a service account. */
export async function insertAccount(tx: Transaction, { organizationId }: OrganizationRows): Promise<string> {
  return (await tx.serviceAccount.create({ data: serviceAccountRow(organizationId) })).id
}

/** Inserts a project that is not the default one. */
export async function insertProject(tx: Transaction, { organizationId }: OrganizationRows): Promise<string> {
  return (await tx.project.create({ data: { id: randomUUID(), organizationId, name: 'Second' } })).id
}

/** Inserts a new user as an ADMIN. */
export async function insertMember(tx: Transaction, { organizationId }: OrganizationRows): Promise<string> {
  const data = { id: randomUUID(), organizationId, userId: await insertUser(tx), role: 'ADMIN' as const }
  return (await tx.member.create({ data })).id
}

/** Inserts an invitation. */
export async function insertInvitation(tx: Transaction, { organizationId }: OrganizationRows): Promise<string> {
  const expiresAt = new Date(Date.now() + 1e6)
  const data = { id: randomUUID(), organizationId, email: 'a@b.c', tokenHash: someHash(), expiresAt }
  return (await tx.invitation.create({ data })).id
}
