import {
  addCollaborator,
  adjustmentInput,
  createKey,
  createProject,
  createTrust,
  foreignSecret,
  join,
  sha256,
  trustInput,
  type World,
} from '../../infra/world.ts'

let made = 0
/** A unique name. */
const fresh = (what: string): string => {
  made += 1
  return `${what} ${made}`
}

const freshKey = (world: World) => createKey(world.as.owner, world.ids.project, fresh('key'))

async function rotatingKey(world: World): Promise<{ id: string }> {
  const key = await freshKey(world)
  await world.as.owner.mutate('apiKeyRotate', { id: key.id })
  return key
}

async function freshAccount(world: World): Promise<string> {
  const input = { organizationId: world.ids.organization, name: fresh('account'), role: 'MEMBER' }
  const { serviceAccount } = await world.as.owner.mutate('serviceAccountCreate', input, 'serviceAccount { id }')
  return serviceAccount.id
}

async function freshCollaborator(world: World): Promise<string> {
  return addCollaborator(world.as.owner, world.ids.project, await freshAccount(world), 'MEMBER')
}

async function freshInvitation(world: World): Promise<string> {
  const input = {
    projectId: world.ids.project,
    email: `${fresh('guest').replace(' ', '')}@guests.example`,
    role: 'MEMBER',
  }
  const { invitation } = await world.as.owner.mutate('collaboratorAdd', input, 'invitation { id }')
  return invitation.id
}

async function freshResource({ as, ids }: World): Promise<string> {
  const input = { projectId: ids.project, kind: 'FILE', name: fresh('file') }
  const { resource } = await as.owner.mutate('resourceRegister', input, 'resource { id }')
  return resource.id
}

const freshTrust = ({ as, ids }: World) =>
  createTrust(as.owner, ids.project, ids.account.projectMemberAccount, fresh('trust'))

const trusts = new WeakMap<World, Promise<string>>()
/** One trust for all callers that do not delete it, because of the quota. */
function trustOf(world: World): Promise<string> {
  const trust = trusts.get(world) ?? freshTrust(world)
  trusts.set(world, trust)
  return trust
}

/** A webhook that gets only test messages. Its host name does not resolve. */
async function freshWebhook({ as, ids }: World): Promise<string> {
  const input = { organizationId: ids.organization, url: 'https://webhooks.invalid/', events: ['WEBHOOK_TEST'] }
  const { webhook } = await as.owner.mutate('webhookCreate', input, 'webhook { id }')
  return webhook.id
}

const webhooks = new WeakMap<World, Promise<string>>()
/** One webhook for all callers that do not change it, because of the quota. */
function webhookOf(world: World): Promise<string> {
  const webhook = webhooks.get(world) ?? freshWebhook(world)
  webhooks.set(world, webhook)
  return webhook
}

/** A message to that webhook. */
async function messageOf(world: World): Promise<string> {
  const id = await webhookOf(world)
  const { owner } = world.as
  const { webhook } = await owner.mutate('webhookTest', { id }, 'webhook { deliveries(first: 1) { nodes { id } } }')
  return webhook.deliveries.nodes[0].id
}

/**
 * A valid input for each mutation. Permitted callers get a new target each, so that no success affects another caller.
 * The others get an existing target.
 */
export const INPUTS: Record<string, (world: World, may: boolean) => Promise<object>> = {
  userErase: async () => ({ email: 'somebody-else@people.example' }),
  userNoticesSet: async () => ({ byMail: true }),
  organizationCreate: async () => ({ name: fresh('Organization') }),
  organizationUpdate: async ({ ids }) => ({ id: ids.organization, name: 'World' }),
  // Keys of a paused organization are not callers, so the others find it resumed.
  organizationPause: async ({ as, ids }, may) => {
    if (!may) await as.owner.mutate('organizationResume', { id: ids.organization })
    return { id: ids.organization }
  },
  organizationResume: async ({ as, ids }, may) => {
    await as.owner.mutate(may ? 'organizationPause' : 'organizationResume', { id: ids.organization })
    return { id: ids.organization }
  },
  // The Owner comes last, and the deletion is cancelled: keys of an organization that is to be deleted are not callers.
  organizationDelete: async ({ as, ids }) => {
    await as.owner.mutate('organizationDeletionCancel', { id: ids.organization })
    return { id: ids.organization, name: 'World' }
  },
  organizationDeletionCancel: async ({ as, ids }, may) => {
    if (may) await as.owner.mutate('organizationDelete', { id: ids.organization, name: 'World' })
    else await as.owner.mutate('organizationDeletionCancel', { id: ids.organization })
    return { id: ids.organization }
  },
  organizationKeyPolicySet: async ({ ids }) => ({ organizationId: ids.organization, requiresExpiration: false }),
  organizationTagLimitsSet: async ({ ids }) => ({
    organizationId: ids.organization,
    tag: { key: 'team', value: 'search' },
    budgets: [{ period: 'MONTH', usd: '1000' }],
  }),
  organizationUsageLimitsSet: async ({ ids }) => ({
    organizationId: ids.organization,
    budgets: [{ period: 'MONTH', usd: '1000' }],
  }),
  ownershipTransferOffer: async ({ ids }) => ({ organizationId: ids.organization, memberId: ids.member.heir }),
  ownershipTransferAccept: async ({ ids }) => ({ organizationId: ids.organization }),
  ownershipTransferCancel: async ({ ids }) => ({ organizationId: ids.organization }),
  memberInvite: async ({ ids }) => ({
    organizationId: ids.organization,
    email: `${fresh('guest').replace(' ', '')}@guests.example`,
    role: 'MEMBER',
  }),
  invitationAccept: async ({ as, ids }) => {
    const input = { organizationId: ids.organization, email: 'somebody@else.example', role: 'MEMBER' }
    const { acceptUrl } = await as.owner.mutate('memberInvite', input, 'acceptUrl')
    return { token: acceptUrl.split('#token=')[1] }
  },
  invitationCancel: async (world) => ({ id: await freshInvitation(world) }),
  memberRoleSet: async ({ ids }) => ({ id: ids.member.projectMember, role: 'MEMBER' }),
  memberRemove: async (world, may) => {
    // Never the caller, because that would be leaving.
    if (!may) return { id: world.ids.member.heir }
    const person = await world.signUp(fresh('Leaver'))
    return { id: await join(world.as.owner, world.ids.organization, person, 'MEMBER') }
  },
  serviceAccountCreate: async ({ ids }) => ({
    organizationId: ids.organization,
    name: fresh('account'),
    role: 'MEMBER',
  }),
  serviceAccountTokenRotate: async (world) => ({ id: await freshAccount(world) }),
  serviceAccountRemove: async (world) => ({ id: await freshAccount(world) }),
  projectCreate: async ({ ids }) => ({ organizationId: ids.organization, name: fresh('Project') }),
  projectUpdate: async ({ ids }) => ({ id: ids.project, name: 'Production' }),
  projectKeyPolicySet: async ({ ids }) => ({ projectId: ids.project, leakedKeyAction: 'FLAG' }),
  projectConsumerLimitsSet: async ({ ids }) => ({ projectId: ids.project, consumer: 'ada', requestsPerMinute: 6_000 }),
  projectUsageLimitsSet: async ({ ids }) => ({ projectId: ids.project, requestsPerMinute: 6_000 }),
  projectArchive: async ({ as, ids }, may) => ({
    id: may ? await createProject(as.owner, ids.organization, fresh('Project')) : ids.project,
  }),
  projectRestore: async ({ as, ids }, may) => {
    if (!may) return { id: ids.project }
    const id = await createProject(as.owner, ids.organization, fresh('Project'))
    await as.owner.mutate('projectArchive', { id })
    return { id }
  },
  projectDelete: async ({ as, ids }, may) => {
    if (!may) return { id: ids.project, name: 'Production' }
    const name = fresh('Project')
    const id = await createProject(as.owner, ids.organization, name)
    await as.owner.mutate('projectArchive', { id })
    return { id, name }
  },
  projectPause: async ({ as, ids }, may) => ({
    id: may ? await createProject(as.owner, ids.organization, fresh('Project')) : ids.project,
  }),
  projectResume: async ({ ids }) => ({ id: ids.project }),
  collaboratorAdd: async ({ ids }) => ({
    projectId: ids.project,
    email: `${fresh('guest').replace(' ', '')}@guests.example`,
    role: 'MEMBER',
  }),
  collaboratorRoleSet: async (world) => ({ id: await freshCollaborator(world), role: 'ADMIN' }),
  collaboratorRemove: async (world) => ({ id: await freshCollaborator(world) }),
  apiKeyCreate: async ({ ids }) => ({ projectId: ids.project, name: fresh('key') }),
  apiKeyUpdate: async (world) => ({ id: (await freshKey(world)).id, name: fresh('renamed') }),
  apiKeyScopesSet: async (world) => ({ id: (await freshKey(world)).id, workloads: ['INFERENCE'] }),
  apiKeyLimitsSet: async (world) => ({ id: (await freshKey(world)).id, budgets: [{ period: 'DAY', usd: '0.5' }] }),
  apiKeyExpirationSet: async (world) => ({ id: (await freshKey(world)).id, expiresAt: '2099-01-01T00:00:00Z' }),
  apiKeyRotate: async (world) => ({ id: (await freshKey(world)).id }),
  apiKeyRotationFinish: async (world) => ({ id: (await rotatingKey(world)).id }),
  apiKeyRotationUndo: async (world) => ({ id: (await rotatingKey(world)).id }),
  apiKeyTokenCreate: async (world) => ({ id: (await freshKey(world)).id }),
  apiKeyPause: async (world) => ({ id: (await freshKey(world)).id }),
  apiKeyResume: async (world) => ({ id: (await freshKey(world)).id }),
  apiKeyRevoke: async (world) => ({ id: (await freshKey(world)).id }),
  apiKeyReportLeaked: async (world) => ({ id: (await freshKey(world)).id }),
  apiKeysRevoke: async ({ as, ids }) => {
    const search = fresh('swept')
    await createKey(as.owner, ids.project, search)
    return { projectId: ids.project, filter: { search } }
  },
  apiKeysImport: async ({ ids }) => ({
    organizationId: ids.organization,
    rows: [{ name: fresh('imported'), sha256: sha256(foreignSecret()) }],
  }),
  legacyKeyImport: async ({ ids }) => ({ organizationId: ids.organization, secret: foreignSecret() }),
  legacyKeyReveal: async ({ ids }) => ({ organizationId: ids.organization }),
  legacyKeyRegenerate: async ({ ids }) => ({ organizationId: ids.organization }),
  playgroundTokenCreate: async ({ ids }) => ({ organizationId: ids.organization }),
  resourceRegister: async ({ ids }) => ({ projectId: ids.project, kind: 'FILE', name: fresh('file') }),
  resourceRemove: async (world) => ({ id: await freshResource(world) }),
  limitLeasesExchange: async ({ ids }) => ({
    connectionId: '01a843dd-0000-7000-8000-000000000001',
    leases: [],
    rates: [{ scopeId: ids.apiKey, back: 0, need: 0, want: 0 }],
  }),
  gatewayAcknowledge: async () => ({ connectionId: '01a843dd-0000-7000-8000-000000000002' }),
  trustCreate: async ({ ids }) => trustInput(ids.project, ids.account.projectMemberAccount),
  trustUpdate: async (world) => ({ id: await trustOf(world), enabled: true }),
  trustDelete: async (world, may) => ({ id: await (may ? freshTrust(world) : trustOf(world)) }),
  webhookCreate: async ({ ids }) => ({
    organizationId: ids.organization,
    url: 'https://webhooks.invalid/',
    events: ['WEBHOOK_TEST'],
  }),
  webhookUpdate: async (world) => ({ id: await webhookOf(world), description: 'Canary' }),
  webhookSecretRotate: async (world) => ({ id: await webhookOf(world) }),
  webhookTest: async (world) => ({ id: await webhookOf(world) }),
  webhookDeliveryResend: async (world) => ({ id: await messageOf(world) }),
  webhookDeliveriesResend: async (world) => ({
    webhookId: await webhookOf(world),
    since: new Date(Date.now() - 86_400_000).toISOString(),
  }),
  webhookRemove: async (world, may) => ({ id: await (may ? freshWebhook(world) : webhookOf(world)) }),
  usageAdjust: async ({ ids }) => adjustmentInput(ids.apiKey),
  usageRecord: async ({ ids, database }) => ({
    events: [
      {
        eventId: fresh('event').replace(' ', '-'),
        credentialId: ids.apiKey,
        workload: 'INFERENCE',
        occurredAt: database.clock.now().toISOString(),
        cost: '1',
      },
    ],
  }),
}
