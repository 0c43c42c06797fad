import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client, Json } from '../../infra/app.ts'
import { adjustmentInput, createKey, createTrust, foreignSecret, trustInput, type World } from '../../infra/world.ts'

const SHA = 'ab'.repeat(32)

/** Objects in the world, so that every mutation has a target. */
export interface Things {
  invitation: string
  invitationToken: string
  archivedProject: string
  expiredOffer?: string
  rotating: string
  resource: string
  webhook: string
  webhookDelivery: string
  trust: string
}

/** Adds objects to the world that its own actors do not need. */
export async function addThings({ as, ids }: World): Promise<Things> {
  const { organization: organizationId } = ids
  const invited = await as.owner.mutate(
    'memberInvite',
    { organizationId, email: 'somebody@people.example', role: 'MEMBER' },
    'acceptUrl invitation { id }',
  )
  const { project } = await as.owner.mutate('projectCreate', { organizationId, name: 'Archived' }, 'project { id }')
  await as.owner.mutate('projectArchive', { id: project.id })
  await as.owner.mutate('ownershipTransferOffer', { organizationId, memberId: ids.member.admin })
  const { id: rotating } = await createKey(as.owner, ids.project, 'rotating')
  await as.owner.mutate('apiKeyRotate', { id: rotating })
  const { resource } = await as.owner.mutate(
    'resourceRegister',
    { projectId: ids.project, kind: 'FILE', name: 'resource' },
    'resource { id }',
  )
  const { webhook } = await as.owner.mutate(
    'webhookCreate',
    { organizationId, url: 'https://webhooks.invalid/', events: ['WEBHOOK_TEST'] },
    'webhook { id }',
  )
  return {
    invitation: invited.invitation.id,
    invitationToken: new URL(invited.acceptUrl).hash.slice('#token='.length),
    archivedProject: project.id,
    rotating,
    resource: resource.id,
    webhook: webhook.id,
    webhookDelivery: await failedMessage(as.owner, webhook.id),
    trust: await createTrust(as.owner, ids.project, ids.account.projectMemberAccount, 'trust'),
  }
}

/** A message of which no attempt is under way or follows, so that nothing changes by itself. */
export async function failedMessage(owner: Client, webhook: string): Promise<string> {
  await owner.mutate('webhookTest', { id: webhook })
  const query = 'query ($id: ID!) { node(id: $id) { ... on Webhook { lastFailure deliveries { nodes { id } } } } }'
  for (;;) {
    const { lastFailure, deliveries } = (await owner.ask(query, { id: webhook })).data.node
    if (lastFailure !== null) {
      for (const enabled of [false, true]) await owner.mutate('webhookUpdate', { id: webhook, enabled })
      return deliveries.nodes[0].id
    }
    await delay(25)
  }
}

/** Mutations for gateways. Other callers get ForbiddenError, whatever the input. */
export const FOR_GATEWAYS = ['apiKeysAuthorize', 'limitLeasesExchange', 'usageRecord', 'gatewayAcknowledge']

/** Mutations that return a result per row. */
export const ROW_BY_ROW = ['apiKeysAuthorize', 'apiKeysImport', 'apiKeysRevoke', 'limitLeasesExchange', 'usageRecord']

/**
 * A valid input for every mutation. With one value replaced, only that value can be the reason for a rejection. A
 * missing mutation fails the tests.
 */
export function validInputs({ as, ids, database }: World, things: Things): Record<string, Json> {
  const { organization: organizationId, project: projectId, apiKey: id } = ids
  return {
    apiKeyCreate: {
      projectId,
      name: 'valid',
      tags: [{ key: 'k', value: 'v' }],
      allowedIps: ['10.0.0.0/8'],
      models: ['meta/*'],
    },
    apiKeyExpirationSet: { id, expiresAt: '2099-01-01T00:00:00Z' },
    apiKeyLimitsSet: {
      id,
      requestsPerMinute: 60,
      maxConcurrent: 8,
      budgets: [{ period: 'DAY', usd: '1', alertThresholds: [50] }],
    },
    apiKeyPause: { id, until: '2099-01-01T00:00:00Z', awaitGatewaysSeconds: 1 },
    apiKeyResume: { id },
    apiKeyReportLeaked: { id, source: 'a commit', url: 'https://example.com/' },
    apiKeyRevoke: { id, awaitGatewaysSeconds: 1 },
    apiKeyRotate: { id },
    apiKeyRotationFinish: { id: things.rotating },
    apiKeyRotationUndo: { id: things.rotating },
    apiKeyScopesSet: { id, allowedIps: ['10.0.0.0/8'], models: ['meta/*'] },
    apiKeyTokenCreate: {
      id,
      workloads: ['INFERENCE'],
      models: ['meta/*'],
      expiresInSeconds: 60,
      maxCost: '0.5',
      origins: ['https://app.example'],
    },
    apiKeyUpdate: { id, name: 'valid', tags: [{ key: 'k', value: 'v' }] },
    apiKeysAuthorize: [
      { secret: as.liveKey.token, workload: 'INFERENCE', clientIp: '10.0.0.1', estimatedCost: '0.01' },
    ],
    apiKeysImport: { organizationId, rows: [{ name: 'valid', sha256: SHA, projectId }] },
    apiKeysRevoke: { ids: [id], awaitGatewaysSeconds: 1 },
    collaboratorAdd: { projectId, principalId: ids.member.admin, role: 'MEMBER' },
    collaboratorRemove: { id: ids.collaborator.projectMember },
    collaboratorRoleSet: { id: ids.collaborator.projectMember, role: 'ADMIN' },
    invitationAccept: { token: things.invitationToken },
    invitationCancel: { id: things.invitation },
    legacyKeyImport: { organizationId, secret: foreignSecret() },
    legacyKeyRegenerate: { organizationId },
    legacyKeyReveal: { organizationId },
    memberInvite: { organizationId, email: 'valid@people.example', role: 'MEMBER' },
    memberRemove: { id: ids.member.member },
    memberRoleSet: { id: ids.member.member, role: 'ADMIN' },
    // The right address would erase the caller of every other input.
    userErase: { email: 'somebody-else@people.example' },
    userNoticesSet: { byMail: true },
    // The right name would pause every other caller's keys, and the next one would take the project away.
    organizationDelete: { id: organizationId, name: 'not its name', awaitGatewaysSeconds: 1 },
    organizationDeletionCancel: { id: organizationId },
    organizationCreate: { name: 'valid', defaultProjectName: 'valid' },
    // A bound on lifetimes would reject the valid inputs of new keys.
    organizationKeyPolicySet: {
      organizationId,
      rotateEveryDays: 90,
      models: [],
      allowedIps: [],
      workloads: [],
      creators: 'ANYONE',
      requiresExpiration: false,
      whenCreatorLeaves: 'KEEP',
    },
    organizationPause: { id: organizationId, until: '2099-01-01T00:00:00Z', awaitGatewaysSeconds: 1 },
    organizationResume: { id: organizationId },
    organizationUpdate: { id: organizationId, name: 'valid' },
    organizationTagLimitsSet: {
      organizationId,
      tag: { key: 'team', value: 'search' },
      budgets: [{ period: 'MONTH', usd: '1000' }],
    },
    organizationUsageLimitsSet: {
      organizationId,
      rates: [{ unit: 'TOKENS', per: 'DAY', max: '1000' }],
      budgets: [{ period: 'MONTH', usd: '1000' }],
    },
    ownershipTransferAccept: { organizationId },
    ownershipTransferCancel: { organizationId },
    ownershipTransferOffer: { organizationId, memberId: ids.member.admin },
    playgroundTokenCreate: { organizationId },
    projectArchive: { id: ids.otherProject },
    projectDelete: { id: things.archivedProject, name: 'not its name' },
    projectCreate: { organizationId, name: 'valid', description: 'valid' },
    projectKeyPolicySet: { projectId, maxLifetimeSeconds: 2_147_483_647, models: [] },
    projectPause: { id: projectId, until: '2099-01-01T00:00:00Z', awaitGatewaysSeconds: 1 },
    projectResume: { id: projectId },
    projectRestore: { id: things.archivedProject },
    projectConsumerLimitsSet: {
      projectId,
      consumer: 'ada',
      budgets: [{ period: 'WEEK', usd: '100' }],
      maxConcurrent: 9,
    },
    projectUsageLimitsSet: { projectId, budgets: [{ period: 'WEEK', usd: '100' }] },
    projectUpdate: { id: projectId, name: 'valid', description: 'valid' },
    resourceRegister: { projectId, kind: 'FILE', name: 'valid' },
    resourceRemove: { id: things.resource },
    serviceAccountCreate: { organizationId, name: `valid ${randomBytes(4).toString('hex')}`, role: 'MEMBER' },
    serviceAccountRemove: { id: ids.account.memberAccount },
    serviceAccountTokenRotate: { id: ids.account.memberAccount },
    limitLeasesExchange: {
      connectionId: '01a843dd-0000-7000-8000-000000000001',
      leases: [
        {
          leaseId: '01a843dd-0000-7000-8000-000000000002',
          scopeId: id,
          period: 'TOTAL',
          windowStart: '1970-01-01T00:00:00Z',
          used: '0',
          returned: '0',
          need: '0',
          want: '0',
          least: '0',
        },
      ],
      rates: [],
    },
    gatewayAcknowledge: { connectionId: '01a843dd-0000-7000-8000-000000000003', used: [] },
    trustCreate: trustInput(ids.project, ids.account.projectMemberAccount),
    trustUpdate: { id: things.trust, conditions: [{ claim: 'sub', pattern: 'repo:octo/app:*' }], enabled: true },
    trustDelete: { id: things.trust },
    webhookCreate: {
      organizationId,
      url: 'https://example.com/',
      description: 'valid',
      events: ['WEBHOOK_TEST'],
    },
    webhookDeliveriesResend: { webhookId: things.webhook, since: '2026-01-01T00:00:00Z' },
    webhookDeliveryResend: { id: things.webhookDelivery },
    webhookRemove: { id: things.webhook },
    webhookSecretRotate: { id: things.webhook },
    webhookTest: { id: things.webhook },
    webhookUpdate: { id: things.webhook, url: 'https://example.com/', description: 'valid' },
    usageAdjust: adjustmentInput(id),
    usageRecord: {
      events: [
        {
          eventId: 'valid',
          credentialId: id,
          workload: 'INFERENCE',
          occurredAt: database.clock.now().toISOString(),
          cost: '1',
        },
      ],
    },
  }
}
