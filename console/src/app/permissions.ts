/**
 * The server lists the actions that it permits on an organization or a project (`viewerActions`). This module only
 * names them, and contains no rule of the policy.
 */

/** Flags of an organization, by the action that the server permits. */
const ORGANIZATION = {
  canUpdate: 'organization:update',
  canPause: 'organization:pause',
  canResume: 'organization:resume',
  canDelete: 'organization:delete',
  canListMembers: 'organization:listMembers',
  canInvite: 'invitation:createOrganization',
  canListInvitations: 'invitation:listOrganization',
  canCancelInvitations: 'invitation:cancelOrganization',
  canChangeRoles: 'member:changeRole',
  canRemoveMembers: 'member:remove',
  canReadSecondFactors: 'member:readSecondFactor',
  canListServiceAccounts: 'serviceAccount:list',
  canCreateServiceAccounts: 'serviceAccount:create',
  canRotateTokens: 'serviceAccount:rotateToken',
  canRemoveServiceAccounts: 'serviceAccount:remove',
  canCreateProjects: 'project:create',
  canReadCosts: 'usage:readOrganization',
  canAdjustUsage: 'usage:adjust',
  canReadLimits: 'organization:readUsageLimits',
  canSetLimits: 'organization:setUsageLimits',
  canSetKeyPolicy: 'organization:setKeyPolicy',
  canReadAudit: 'audit:readOrganization',
  canListWebhooks: 'webhook:list',
  canCreateWebhooks: 'webhook:create',
  canUpdateWebhooks: 'webhook:update',
  canRemoveWebhooks: 'webhook:remove',
  canRevealLegacyKey: 'legacyKey:reveal',
  canUsePlayground: 'playground:use',
  canTransferOwnership: 'organization:transferOwnership',
  canFindLegacyKey: 'legacyKey:find',
} as const

/** Flags of a project, by the action that the server permits. */
const PROJECT = {
  canUse: 'project:read',
  canListKeys: 'apiKey:list',
  canCreateKeys: 'apiKey:create',
  canReadKeyPolicy: 'project:readKeyPolicy',
  canReadBudget: 'apiKey:readBudget',
  canReadUsage: 'apiKey:readUsage',
  canSetKeyLimits: 'apiKey:setLimits',
  canSetKeyScopes: 'apiKey:setScopes',
  canRename: 'apiKey:rename',
  canSetExpiration: 'apiKey:setExpiration',
  canRotate: 'apiKey:rotate',
  canRevoke: 'apiKey:revoke',
  canPause: 'apiKey:pause',
  canResume: 'apiKey:resume',
  canReportLeaked: 'apiKey:reportLeaked',
  canUpdate: 'project:update',
  canArchive: 'project:archive',
  canRestore: 'project:restore',
  canDelete: 'project:delete',
  canPauseAll: 'project:pause',
  canResumeAll: 'project:resume',
  canSetKeyPolicy: 'project:setKeyPolicy',
  canReadLimits: 'project:readUsageLimits',
  canSetLimits: 'project:setUsageLimits',
  canListCollaborators: 'collaborator:list',
  canAddCollaborators: 'collaborator:add',
  canChangeCollaborators: 'collaborator:changeRole',
  canRemoveCollaborators: 'collaborator:remove',
  canListInvitations: 'invitation:listProject',
  canCancelInvitations: 'invitation:cancelProject',
  canListTrusts: 'trust:list',
  canCreateTrusts: 'trust:create',
  canReadCosts: 'usage:readProject',
  canReadAudit: 'audit:readProject',
} as const

export type OrganizationFlags = { readonly [Flag in keyof typeof ORGANIZATION]: boolean }
export type ProjectFlags = { readonly [Flag in keyof typeof PROJECT]: boolean }

type Table = Readonly<Record<string, string>>

const flagsOf = <Names extends Table>(table: Names, actions: readonly string[]) =>
  Object.fromEntries(Object.entries(table).map(([flag, action]) => [flag, actions.includes(action)])) as {
    [Flag in keyof Names]: boolean
  }

export const organizationFlags = (actions: readonly string[]): OrganizationFlags => flagsOf(ORGANIZATION, actions)
export const projectFlags = (actions: readonly string[]): ProjectFlags => flagsOf(PROJECT, actions)
