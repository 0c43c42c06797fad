import { isExpired, visibleApiKeys } from '../api-key/access.ts'
import type { Caller } from '../core/caller.ts'
import { RequestError, requiredRole } from '../core/errors.ts'
import type { PrincipalKey } from '../core/grants.ts'
import { decodeAnyId } from '../core/ids.ts'
import {
  type Action,
  COLUMNS,
  decidingColumn,
  type Grants,
  isAction,
  levelOf,
  NO_GRANTS,
  rolesFor,
  type Target,
} from '../core/policy.ts'
import { visibleLegacyKeys } from '../legacy-key/access.ts'
import { visibleOrganizations } from '../organization/access.ts'
import { visibleProjects } from '../project/access.ts'
import { unknownAction } from './unknown-action.ts'

/** The caller, and the roles of other principals. */
interface Asker extends Caller {
  grants: { load(principal: PrincipalKey): Promise<Grants> }
}

/** The deciding reason of an explanation. */
export type Decision = 'ROLE' | 'NO_ROLE' | 'STATE' | 'NOT_VISIBLE'

/** Why an actor can or cannot perform an action. */
export interface Explained {
  action: Action
  allowed: boolean
  decidedBy: Decision
  /** The role that allows it; null when none does. */
  role: string | null
  allowedRoles: string[]
  message: string
}

interface Subject {
  target: Target
  project: { archived: boolean; isDefault: boolean } | null
  key: { revoked: boolean; expired: boolean } | null
}

const NOT_VISIBLE = 'This does not exist, or you may not see it.'

const projectState = (project: { archivedAt: Date | null; isDefault: boolean }) => ({
  archived: project.archivedAt !== null,
  isDefault: project.isDefault,
})

/** Finds the subject of an explanation if it is visible to the caller. */
async function findSubject({ access, runtime }: Caller, id: string): Promise<Subject | null> {
  const { prisma, clock } = runtime.database
  const decoded = decodeAnyId(id)
  if (!decoded) return null
  const byId = { id: decoded.uuid }
  switch (decoded.type) {
    case 'Organization': {
      const row = await prisma.organization.findFirst({ where: { AND: [byId, visibleOrganizations(access)] } })
      return row && { target: { organizationId: row.id }, project: null, key: null }
    }
    case 'Project': {
      const row = await prisma.project.findFirst({ where: { AND: [byId, visibleProjects(access)] } })
      const target = row && { organizationId: row.organizationId, projectId: row.id }
      return target && { target, project: projectState(row), key: null }
    }
    case 'ApiKey': {
      const row = await prisma.apiKey.findFirst({
        where: { AND: [byId, visibleApiKeys(access)] },
        include: { project: true },
      })
      if (!row) return null
      const target = { organizationId: row.organizationId, projectId: row.projectId, keyId: row.id }
      const key = { revoked: row.revokedAt !== null, expired: isExpired(row, clock.now()) }
      return { target, project: projectState(row.project), key }
    }
    case 'LegacyKey': {
      const row = await prisma.legacyKey.findFirst({ where: { AND: [byId, visibleLegacyKeys(access)] } })
      const target = row && { organizationId: row.organizationId, projectId: row.projectId, keyId: row.id }
      return target && { target, project: null, key: null }
    }
    default:
      return null
  }
}

type Obstacle = (subject: Subject) => string | null

const revoked: Obstacle = ({ key }) => (key?.revoked ? 'The key is revoked, which is final.' : null)
const expired: Obstacle = ({ key }) => (key?.expired ? 'The key has expired. Set a later expiration first.' : null)
const archived: Obstacle = ({ project }) => (project?.archived ? 'The project is archived. Restore it first.' : null)
const isDefault: Obstacle = ({ project }) => (project?.isDefault ? 'The default project cannot be archived.' : null)
const live: Obstacle = ({ project }) => (project && !project.archived ? 'The project is not archived.' : null)

/**
 * The states that prevent an action, with the same result as in the services. test/nouns/explain/explain.test.ts
 * compares both.
 */
const OBSTACLES: Partial<Record<Action, Obstacle[]>> = {
  'apiKey:create': [archived],
  'apiKey:rename': [revoked, archived],
  'apiKey:setScopes': [revoked, archived],
  'apiKey:setExpiration': [revoked, archived],
  'apiKey:rotate': [revoked, archived, expired],
  'apiKey:pause': [revoked],
  'apiKey:resume': [revoked],
  'apiKey:setLimits': [revoked, archived],
  'apiKey:reportLeaked': [revoked],
  'project:update': [archived],
  'project:setKeyPolicy': [archived],
  'project:archive': [isDefault],
  'project:delete': [live],
  'collaborator:add': [archived],
  'invitation:createProject': [archived],
  'project:setUsageLimits': [archived],
  'resource:register': [archived],
  'resource:remove': [archived],
}

function obstacleOf(action: Action, subject: Subject): string | null {
  for (const obstacle of OBSTACLES[action] ?? []) {
    const message = obstacle(subject)
    if (message) return message
  }
  return null
}

/** Loads the caller's roles, or those of a principal that the caller can explain. */
async function grantsOf(context: Asker, principal: string | null | undefined, target: Target): Promise<Grants | null> {
  const { access, grants } = context
  if (principal == null)
    return access.can('explain:oneself', { organizationId: target.organizationId }) ? access.grants : null
  const decoded = decodeAnyId(principal)
  const { actor } = access
  if (decoded && 'id' in actor && decoded.uuid === actor.id) return access.grants
  if (!access.can('explain:others', target)) {
    throw new RequestError('FORBIDDEN', 'You may not explain what others may do here (explain:others).', {
      action: 'explain:others',
      allowedRoles: rolesFor('explain:others'),
    })
  }
  // Ids of other types hold no roles. They get the same explanation as a principal without roles.
  if (decoded?.type !== 'User' && decoded?.type !== 'ServiceAccount') return NO_GRANTS
  const kind = decoded.type === 'User' ? ('USER' as const) : ('SERVICE_ACCOUNT' as const)
  return grants.load({ kind, id: decoded.uuid })
}

function decide(action: Action, subject: Subject, grants: Grants): Explained {
  const allowedRoles = rolesFor(action)
  const column = decidingColumn(grants, action, subject.target)
  if (!column) {
    const message = `This principal has no role here. ${requiredRole(allowedRoles)}`
    return { action, allowed: false, decidedBy: 'NO_ROLE', role: null, allowedRoles, message }
  }
  const role = COLUMNS[column]
  const blocked = obstacleOf(action, subject)
  if (blocked) return { action, allowed: false, decidedBy: 'STATE', role, allowedRoles, message: blocked }
  return { action, allowed: true, decidedBy: 'ROLE', role, allowedRoles, message: `The role ${role} allows it.` }
}

/**
 * Explains whether an actor can perform an action on a target, and which role or state decides. Foreign ids, unknown
 * ids and ids of another type get the same explanation.
 */
export async function explain(
  context: Asker,
  { action, on, principal }: { action: string; on: string; principal?: string | null | undefined },
): Promise<Explained> {
  if (!isAction(action)) throw unknownAction()
  const subject = await findSubject(context, on)
  const grants = subject && (await grantsOf(context, principal, subject.target))
  if (!subject || !grants) {
    return {
      action,
      allowed: false,
      decidedBy: 'NOT_VISIBLE',
      role: null,
      allowedRoles: rolesFor(action),
      message: NOT_VISIBLE,
    }
  }
  if (levelOf(action) !== 'organization' && !subject.target.projectId) {
    throw new RequestError('BAD_REQUEST', `${action} applies to a project or a key: give its id as \`on\`.`)
  }
  return decide(action, subject, grants)
}
