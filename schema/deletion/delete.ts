import type { Database, Transaction } from '@keyward/prisma/database'
import { lockOrganizationUsage } from '../organization/sql.ts'
import { lockProject } from '../project/sql.ts'
import { actAsSystem, type UnitOfWork } from '../write/unit-of-work.ts'
import { BATCH, deleteBatch, type Scope, statementsFor } from './sql.ts'

/**
 * Rows of an organization are deleted only this long after its deletion time, so that no cancellation can still commit.
 */
const MARGIN_MS = 60_000
const KEYS_AT_ONCE = 200

/** Whether the process is stopping. The next process continues the deletion. */
type IsStopped = () => boolean

/**
 * Deletes every organization and project whose deletion time has passed, in bounded batches. Continues interrupted
 * deletions.
 */
export async function deleteDue(database: Database, isStopped: IsStopped = () => false): Promise<void> {
  const { prisma, clock } = database
  const now = clock.now()
  const organizations = await prisma.organization.findMany({
    where: { deletesAt: { lte: new Date(now.getTime() - MARGIN_MS) } },
    select: { id: true },
  })
  for (const { id } of organizations) {
    if (await empty(database, { column: 'organization_id', id }, isStopped)) await deleteOrganizationRow(database, id)
  }
  const projects = await prisma.project.findMany({ where: { deletesAt: { lte: now } }, select: { id: true } })
  for (const { id } of projects) {
    if (await empty(database, { column: 'project_id', id }, isStopped)) await deleteProjectRow(database, id)
  }
}

/** Deletes all rows that belong to an organization or a project. False if it stopped before the end. */
async function empty(database: Database, scope: Scope, isStopped: IsStopped): Promise<boolean> {
  for (const statement of statementsFor(scope.column)) {
    for (let deleted = BATCH; deleted === BATCH; ) {
      if (isStopped()) return false
      deleted = await deleteBatch(database, statement, scope.id)
    }
  }
  for (let deleted = KEYS_AT_ONCE; deleted === KEYS_AT_ONCE; ) {
    if (isStopped()) return false
    deleted = await database.transaction((tx) => deleteKeys(tx, scope))
  }
  return true
}

const whereOf = ({ column, id }: Scope) => (column === 'organization_id' ? { organizationId: id } : { projectId: id })

/** Deletes a batch of keys with their secrets, tags and limits. Returns how many. */
async function deleteKeys(tx: Transaction, scope: Scope): Promise<number> {
  const keys = await tx.apiKey.findMany({
    where: whereOf(scope),
    select: { id: true },
    orderBy: { id: 'asc' },
    take: KEYS_AT_ONCE,
  })
  const ids = keys.map(({ id }) => id)
  const ofKeys = { apiKeyId: { in: ids } }
  await tx.apiKeySecret.deleteMany({ where: ofKeys })
  await tx.usageLimit.deleteMany({ where: ofKeys })
  await deleteLimits(tx, ids)
  // Tags are deleted together with their keys.
  await tx.apiKey.deleteMany({ where: { id: { in: ids } } })
  return ids.length
}

async function deleteLimits(tx: Transaction, scopeIds: string[]): Promise<void> {
  const ofScopes = { scopeId: { in: scopeIds } }
  const withParts = { OR: [ofScopes, { ownerId: { in: scopeIds } }] }
  await tx.limitLease.deleteMany({ where: withParts })
  await tx.limitCounter.deleteMany({ where: withParts })
  await tx.limitBucket.deleteMany({ where: ofScopes })
}

/**
 * Deletes an emptied organization with its people, accounts and projects. This change is the last event of its audit
 * log.
 */
const deleteOrganizationRow = (database: Database, organizationId: string): Promise<void> =>
  actAsSystem({ database }, async (unit) => {
    const { tx } = unit
    await lockOrganizationUsage(tx, organizationId)
    const organization = await tx.organization.findUnique({ where: { id: organizationId } })
    if (!organization?.deletesAt || organization.deletesAt > unit.now) return
    const within = { organizationId }
    const nowhere = { organizationId, projectId: null }
    const accounts = await tx.serviceAccount.findMany({ where: within, select: { id: true } })
    for (const { id } of accounts) unit.publish({ ...nowhere, kind: 'SERVICE_ACCOUNT_CHANGED', subjectId: id })
    const members = await tx.member.findMany({ where: within, select: { userId: true } })
    for (const { userId } of members) {
      if (userId) unit.publish({ ...nowhere, kind: 'MEMBERSHIP_CHANGED', subjectId: userId })
    }
    const projects = await tx.project.findMany({ where: within, select: { id: true } })
    await deleteLimits(
      tx,
      projects.map(({ id }) => id),
    )
    await tx.member.deleteMany({ where: within })
    await tx.serviceAccount.deleteMany({ where: within })
    await tx.project.deleteMany({ where: within })
    // The audit log is kept and can be verified. Its names of people can no longer be read.
    await tx.personKey.deleteMany({ where: within })
    await tx.organization.delete({ where: { id: organizationId } })
    unit.audit({
      organizationId,
      action: 'organization.deleted',
      targetType: 'Organization',
      targetId: organizationId,
      targetName: organization.name,
      details: { members: members.length, projects: projects.length },
    })
    unit.publish({ ...nowhere, kind: 'ORGANIZATION_CHANGED', subjectId: organizationId })
  })

/** Deletes an emptied project. */
const deleteProjectRow = (database: Database, projectId: string): Promise<void> =>
  actAsSystem({ database }, async (unit: UnitOfWork) => {
    const { tx } = unit
    await lockProject(tx, projectId)
    const project = await tx.project.findUnique({ where: { id: projectId } })
    if (!project?.deletesAt) return
    const { organizationId, name } = project
    await tx.project.delete({ where: { id: projectId } })
    unit.audit({
      organizationId,
      projectId,
      action: 'project.deleted',
      targetType: 'Project',
      targetId: projectId,
      targetName: name,
    })
    unit.publish({ organizationId, projectId, kind: 'PROJECT_CHANGED', subjectId: projectId })
  })
