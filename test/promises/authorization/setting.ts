import { decodeId, encodeId } from '../../../schema/core/ids.ts'
import { loadModels } from '../../../schema/model/load.ts'
import type { Client } from '../../infra/app.ts'
import { ACTORS, adjustUsage, createTrust, join, startWorld, type World } from '../../infra/world.ts'
import { type Asker, NODES } from './table.ts'

/** A world with one object of every node type, and every kind of caller. */
export interface Setting {
  world: World
  askers: Record<Asker, Client>
  /** The id of the sample of each node type. */
  samples: Record<string, string>
}

export const ASKERS: Asker[] = [...ACTORS, 'heir']

/** Invalid credentials, which fail the whole request. */
export const REFUSED: Asker[] = ['expiredKey', 'revokedKey']

/** Makes the setting in a world, by default in one of its own. */
export async function startSetting(given?: World): Promise<Setting> {
  const world = given ?? (await startWorld())
  const { as, ids } = world
  const heir = await world.signUp('Canary heir')
  ids.member.heir = await join(as.owner, ids.organization, heir, 'MEMBER')
  const { offer } = await as.owner.mutate(
    'ownershipTransferOffer',
    { organizationId: ids.organization, memberId: ids.member.heir },
    'offer { id }',
  )
  const { invitation } = await as.owner.mutate(
    'collaboratorAdd',
    { projectId: ids.project, email: 'canary-guest@guests.example', role: 'MEMBER' },
    'invitation { id }',
  )
  const { data } = await as.owner.ask(
    `query ($id: ID!) { project(id: $id) { auditLog(first: 1, filter: { actions: ["apiKey.created"] }) { nodes { id } } } }`,
    { id: ids.project },
  )
  const { resource } = await as.owner.mutate(
    'resourceRegister',
    { projectId: ids.project, kind: 'FILE', name: 'canary-file' },
    'resource { id }',
  )
  const { webhook } = await as.owner.mutate(
    'webhookCreate',
    {
      organizationId: ids.organization,
      url: 'https://webhooks.invalid/',
      description: 'Canary webhook',
      events: ['WEBHOOK_TEST'],
    },
    'webhook { id }',
  )
  const model = await ownModel(world)
  const samples: Record<string, string | undefined> = {
    Organization: ids.organization,
    Project: ids.project,
    ApiKey: ids.apiKey,
    LegacyKey: ids.legacyKey,
    User: ids.user.projectMember,
    ServiceAccount: ids.account.projectMemberAccount,
    Member: ids.member.projectMember,
    Collaborator: ids.collaborator.projectMember,
    Invitation: invitation.id,
    OwnershipOffer: offer.id,
    AuditEvent: data.project.auditLog.nodes[0].id,
    Gateway: ids.gateway,
    Resource: resource.id,
    Trust: await createTrust(as.owner, ids.project, ids.account.projectMemberAccount, 'Canary trust'),
    UsageAdjustment: await adjustUsage(as.owner, ids.apiKey),
    Webhook: webhook.id,
    WebhookDelivery: await failedMessage(as.owner, ids.organization),
    Model: model,
    PlaygroundModel: encodeId('PlaygroundModel', decodeId('Model', model) ?? ''),
  }
  for (const type of Object.keys(NODES)) if (!samples[type]) throw new Error(`No sample of ${type}`)
  return { world, askers: { ...as, heir }, samples: samples as Record<string, string> }
}

/** A message that was given up. Returns its id. */
async function failedMessage(owner: Client, organizationId: string): Promise<string> {
  const input = { organizationId, url: 'https://webhooks.invalid/', events: ['WEBHOOK_TEST'] }
  const { id } = (await owner.mutate('webhookCreate', input, 'webhook { id }')).webhook
  await owner.mutate('webhookTest', { id })
  const disabled = await owner.mutate(
    'webhookUpdate',
    { id, enabled: false },
    'webhook { deliveries { nodes { id } } }',
  )
  return disabled.webhook.deliveries.nodes[0].id
}

/** Loads a public model and a model of the world's project. Returns the id of the latter. */
async function ownModel({ app, as, ids }: World): Promise<string> {
  const prices = [{ lineItem: 'INPUT_TOKENS', usd: '0.5' }]
  await loadModels(app.runtime, {
    models: [
      { slug: 'public/model', displayName: 'Public model', workload: 'INFERENCE', prices },
      { slug: 'canary/own', displayName: 'Canary model', workload: 'INFERENCE', project: ids.project, prices },
    ],
  })
  const { data } = await as.owner.ask('{ models { nodes { id slug } } }')
  return data.models.nodes.find(({ slug }: { slug: string }) => slug === 'canary/own').id
}
