/**
 * The authorization policy: roles × actions as data. Services (writes), field scopes (reads), the exhaustive test and
 * docs/authorization.md all read this table. It imports no framework.
 */

/**
 * The columns of the table. OP is a person whom the configuration names as an operator. PA and PM hold a project role
 * as members of its organization. XA and XM hold one as external collaborators.
 */
export const COLUMNS = {
  O: 'OWNER',
  A: 'ADMIN',
  M: 'MEMBER',
  PA: 'PROJECT_ADMIN',
  PM: 'PROJECT_MEMBER',
  XA: 'EXTERNAL_PROJECT_ADMIN',
  XM: 'EXTERNAL_PROJECT_MEMBER',
  K: 'API_KEY',
  L: 'LEGACY_KEY',
  G: 'GATEWAY',
  OP: 'OPERATOR',
} as const

export type Column = keyof typeof COLUMNS

/**
 * The target of an action.
 * - `instance`: everything; for gateways, which serve all organizations, and for operators.
 * - `organization`: a project role anywhere in the organization counts, where the row has it.
 * - `project`: only the role in that project counts.
 * - `itself`: as `project`, but a key's own column counts only for itself.
 */
type Level = 'instance' | 'organization' | 'project' | 'itself'

interface Rule {
  level: Level
  columns: ReadonlySet<Column>
}

const rule = (level: Level, ...columns: Column[]): Rule => ({ level, columns: new Set(columns) })

const RULES = {
  'organization:read': rule('organization', 'O', 'A', 'M', 'PA', 'PM', 'XA', 'XM', 'K', 'L'),
  'organization:listProjects': rule('project', 'O', 'A', 'M', 'PA', 'PM', 'XA', 'XM', 'K', 'L'),
  'organization:listMembers': rule('organization', 'O', 'A', 'M'),
  'organization:update': rule('organization', 'O', 'A'),
  'organization:pause': rule('organization', 'O', 'A'),
  'organization:resume': rule('organization', 'O', 'A'),
  'organization:readUsageLimits': rule('organization', 'O', 'A'),
  'organization:setUsageLimits': rule('organization', 'O', 'A'),
  'organization:readKeyPolicy': rule('organization', 'O', 'A', 'M'),
  'organization:setKeyPolicy': rule('organization', 'O', 'A'),
  'organization:delete': rule('organization', 'O'),
  'organization:transferOwnership': rule('organization', 'O'),
  'user:readName': rule('organization', 'O', 'A', 'M', 'PA', 'PM', 'XA', 'XM'),
  'user:readEmail': rule('project', 'O', 'A', 'PA'),
  'member:changeRole': rule('organization', 'O', 'A'),
  'member:remove': rule('organization', 'O', 'A'),
  'member:readSecondFactor': rule('organization', 'O', 'A'),
  'invitation:createOrganization': rule('organization', 'O', 'A'),
  'invitation:listOrganization': rule('organization', 'O', 'A'),
  'invitation:cancelOrganization': rule('organization', 'O', 'A'),
  'invitation:createProject': rule('project', 'O', 'A', 'PA', 'XA'),
  'invitation:listProject': rule('project', 'O', 'A', 'PA', 'XA'),
  'invitation:cancelProject': rule('project', 'O', 'A', 'PA', 'XA'),
  'serviceAccount:list': rule('organization', 'O', 'A'),
  'serviceAccount:create': rule('organization', 'O', 'A'),
  'serviceAccount:rotateToken': rule('organization', 'O', 'A'),
  'serviceAccount:remove': rule('organization', 'O', 'A'),
  'project:create': rule('organization', 'O', 'A'),
  'project:archive': rule('organization', 'O', 'A'),
  'project:restore': rule('organization', 'O', 'A'),
  'project:delete': rule('organization', 'O', 'A'),
  'project:pause': rule('organization', 'O', 'A'),
  'project:resume': rule('organization', 'O', 'A'),
  'project:read': rule('project', 'O', 'A', 'PA', 'PM', 'XA', 'XM', 'K', 'L'),
  'project:update': rule('project', 'O', 'A', 'PA', 'XA'),
  'project:readUsageLimits': rule('project', 'O', 'A', 'PA', 'PM'),
  'project:setUsageLimits': rule('project', 'O', 'A', 'PA', 'XA'),
  'project:readKeyPolicy': rule('project', 'O', 'A', 'PA', 'PM'),
  'project:setKeyPolicy': rule('project', 'O', 'A', 'PA', 'XA'),
  'collaborator:list': rule('project', 'O', 'A', 'PA', 'PM', 'XA', 'XM'),
  'collaborator:add': rule('project', 'O', 'A', 'PA', 'XA'),
  'collaborator:changeRole': rule('project', 'O', 'A', 'PA', 'XA'),
  'collaborator:remove': rule('project', 'O', 'A', 'PA', 'XA'),
  'trust:list': rule('project', 'O', 'A', 'PA', 'XA'),
  'trust:create': rule('project', 'O', 'A', 'PA', 'XA'),
  'trust:update': rule('project', 'O', 'A', 'PA', 'XA'),
  'trust:delete': rule('project', 'O', 'A', 'PA', 'XA'),
  'apiKey:read': rule('itself', 'O', 'A', 'PA', 'PM', 'XA', 'XM', 'K'),
  'apiKey:list': rule('project', 'O', 'A', 'PA', 'PM', 'XA', 'XM', 'K'),
  'apiKey:create': rule('project', 'O', 'A', 'PA', 'PM', 'XA', 'XM'),
  'apiKey:rename': rule('project', 'O', 'A', 'PA', 'PM', 'XA', 'XM'),
  'apiKey:setExpiration': rule('project', 'O', 'A', 'PA', 'PM', 'XA', 'XM'),
  'apiKey:rotate': rule('project', 'O', 'A', 'PA', 'PM', 'XA', 'XM'),
  'apiKey:revoke': rule('project', 'O', 'A', 'PA', 'PM', 'XA', 'XM'),
  'apiKey:pause': rule('project', 'O', 'A', 'PA', 'PM', 'XA', 'XM'),
  'apiKey:resume': rule('project', 'O', 'A', 'PA', 'PM', 'XA', 'XM'),
  'apiKey:setScopes': rule('project', 'O', 'A', 'PA', 'XA'),
  'apiKey:setLimits': rule('project', 'O', 'A', 'PA', 'XA'),
  'apiKey:reportLeaked': rule('project', 'O', 'A', 'PA', 'PM', 'XA', 'XM'),
  'apiKey:readUsage': rule('itself', 'O', 'A', 'PA', 'PM', 'K'),
  'apiKey:readBudget': rule('itself', 'O', 'A', 'PA', 'PM', 'K'),
  'apiKey:import': rule('organization', 'O', 'A'),
  'resource:list': rule('project', 'O', 'A', 'PA', 'PM', 'XA', 'XM', 'K', 'L', 'G'),
  'resource:register': rule('project', 'O', 'A', 'PA', 'PM', 'XA', 'XM', 'G'),
  'resource:remove': rule('project', 'O', 'A', 'PA', 'PM', 'XA', 'XM', 'G'),
  'model:list': rule('project', 'O', 'A', 'PA', 'PM', 'XA', 'XM', 'K', 'L', 'G'),
  'apiKey:verify': rule('instance', 'G'),
  'apiKey:authorize': rule('instance', 'G'),
  'usage:record': rule('instance', 'G'),
  'limit:lease': rule('instance', 'G'),
  'gateway:sync': rule('instance', 'G'),
  'instance:readHealth': rule('instance', 'OP'),
  'usage:adjust': rule('organization', 'O', 'A'),
  'usage:readOrganization': rule('organization', 'O', 'A'),
  'usage:readProject': rule('project', 'O', 'A', 'PA', 'PM'),
  'webhook:list': rule('organization', 'O', 'A'),
  'webhook:create': rule('organization', 'O', 'A'),
  'webhook:update': rule('organization', 'O', 'A'),
  'webhook:remove': rule('organization', 'O', 'A'),
  'playground:use': rule('organization', 'O', 'A', 'M', 'PA', 'PM', 'XA', 'XM'),
  'legacyKey:find': rule('organization', 'O', 'L'),
  'legacyKey:read': rule('itself', 'O', 'L'),
  'legacyKey:reveal': rule('organization', 'O'),
  'legacyKey:regenerate': rule('organization', 'O'),
  'legacyKey:import': rule('organization', 'O'),
  'audit:readOrganization': rule('organization', 'O', 'A'),
  'audit:readProject': rule('project', 'O', 'A', 'PA'),
  'explain:oneself': rule('organization', 'O', 'A', 'M', 'PA', 'PM', 'XA', 'XM', 'K', 'L'),
  'explain:others': rule('project', 'O', 'A', 'PA'),
} as const satisfies Record<string, Rule>

export type Action = keyof typeof RULES

/** Every action of the table, in its order. */
export const ACTIONS = Object.keys(RULES) as Action[]

/** Whether a string names an action of the table. */
export const isAction = (value: string): value is Action => Object.hasOwn(RULES, value)

/** The columns that may do an action. */
export const columnsOf = (action: Action): ReadonlySet<Column> => RULES[action].columns

/** The level of an action. */
export const levelOf = (action: Action): Level => RULES[action].level

/** Names of the roles that allow an action, as shown by ForbiddenError and `explain`. */
export const rolesFor = (action: Action): string[] => [...RULES[action].columns].map((column) => COLUMNS[column])

export type OrganizationRole = 'OWNER' | 'ADMIN' | 'MEMBER'
export type ProjectRole = 'ADMIN' | 'MEMBER'

/** The grants of an actor, loaded once a request: the roles of people and service accounts, or the place of a key. */
export interface Grants {
  /** Organization roles by organization id, with the default project of each. */
  organizations: ReadonlyMap<string, { role: OrganizationRole; defaultProjectId: string }>
  /** Stored project roles by project id. */
  projects: ReadonlyMap<string, { role: ProjectRole; organizationId: string }>
  /** Set for an ApiKey or a LegacyKey. */
  key: { column: 'K' | 'L'; id: string; organizationId: string; projectId: string } | null
  /** Set for a gateway, whose column counts for every target. */
  gateway: boolean
  /** Set for a person whom the configuration names as an operator. Applies only to actions on the instance. */
  operator: boolean
}

export const NO_GRANTS: Grants = {
  organizations: new Map(),
  projects: new Map(),
  key: null,
  gateway: false,
  operator: false,
}

/** The target of an action. */
export interface Target {
  organizationId: string
  /** Required by actions of the level `project` and `itself`, where the target is in a project. */
  projectId?: string | null
  /** The target key. The column of a key applies only to the key itself. */
  keyId?: string
}

const projectColumn = (role: ProjectRole, external: boolean): Column =>
  external ? (role === 'ADMIN' ? 'XA' : 'XM') : role === 'ADMIN' ? 'PA' : 'PM'

/** The columns that an actor holds for a target. */
export function standing(grants: Grants, level: Level, target: Target): Set<Column> {
  const columns = new Set<Column>()
  if (grants.gateway) columns.add('G')
  if (grants.operator && level === 'instance' && target.organizationId === INSTANCE.organizationId) columns.add('OP')
  const organization = grants.organizations.get(target.organizationId)
  if (organization) {
    columns.add(organization.role === 'OWNER' ? 'O' : organization.role === 'ADMIN' ? 'A' : 'M')
    if (organization.role === 'MEMBER' && target.projectId === organization.defaultProjectId) columns.add('PM')
  }
  if (level === 'organization') {
    for (const { role, organizationId } of grants.projects.values()) {
      if (organizationId === target.organizationId) columns.add(projectColumn(role, !organization))
    }
  } else if (target.projectId) {
    const stored = grants.projects.get(target.projectId)
    if (stored?.organizationId === target.organizationId) columns.add(projectColumn(stored.role, !organization))
  }
  const key = grants.key
  if (
    key?.organizationId === target.organizationId &&
    (level === 'organization' || !target.projectId || key.projectId === target.projectId) &&
    (level !== 'itself' || key.id === target.keyId)
  ) {
    columns.add(key.column)
  }
  return columns
}

/** The column that allows an actor an action on a target. Null if none does. */
export function decidingColumn(grants: Grants, action: Action, target: Target): Column | null {
  const { level, columns } = RULES[action]
  const held = standing(grants, level, target)
  for (const column of columns) if (held.has(column)) return column
  return null
}

/** The target of actions on the instance. */
export const INSTANCE: Target = { organizationId: '' }

/** Whether an actor can perform an action on a target. */
export const can = (grants: Grants, action: Action, target: Target): boolean =>
  decidingColumn(grants, action, target) !== null

/** Returns where an actor can perform an action, for a WHERE condition. */
export interface Reach {
  organizationIds: string[]
  projectIds: string[]
  keyId: string | null
}

/** Lists where an actor can perform an action. `projectIds` omits projects of listed organizations. */
export function reach(grants: Grants, action: Action): Reach {
  const { level, columns } = RULES[action]
  const organizationIds = new Set<string>()
  const projectIds = new Set<string>()
  for (const [organizationId, { role, defaultProjectId }] of grants.organizations) {
    if (columns.has(role === 'OWNER' ? 'O' : role === 'ADMIN' ? 'A' : 'M')) organizationIds.add(organizationId)
    else if (role === 'MEMBER' && columns.has('PM')) {
      if (level === 'organization') organizationIds.add(organizationId)
      else projectIds.add(defaultProjectId)
    }
  }
  for (const [projectId, { role, organizationId }] of grants.projects) {
    if (!columns.has(projectColumn(role, !grants.organizations.has(organizationId)))) continue
    if (level === 'organization') organizationIds.add(organizationId)
    else projectIds.add(projectId)
  }
  const key = grants.key
  const keyCounts = key !== null && columns.has(key.column)
  if (keyCounts && level === 'organization') organizationIds.add(key.organizationId)
  if (keyCounts && level === 'project') projectIds.add(key.projectId)
  return {
    organizationIds: [...organizationIds],
    projectIds: [...projectIds],
    keyId: keyCounts && level === 'itself' ? key.id : null,
  }
}

const RANK: Record<OrganizationRole, number> = { OWNER: 3, ADMIN: 2, MEMBER: 1 }

/** Whether a role is equal to or higher than another one. Nobody can grant a role above their own. */
export const organizationRoleCovers = (own: OrganizationRole | null, other: OrganizationRole): boolean =>
  own !== null && RANK[own] >= RANK[other]

/**
 * The effective project role. Organization OWNERs and ADMINs are project ADMINs, and MEMBERs are MEMBERs of the default
 * project.
 */
export function effectiveProjectRole(
  grants: Grants,
  target: { organizationId: string; projectId: string },
): ProjectRole | null {
  const organization = grants.organizations.get(target.organizationId)
  if (organization && organization.role !== 'MEMBER') return 'ADMIN'
  const stored = grants.projects.get(target.projectId)
  if (stored?.organizationId === target.organizationId) return stored.role
  return organization?.defaultProjectId === target.projectId ? 'MEMBER' : null
}
