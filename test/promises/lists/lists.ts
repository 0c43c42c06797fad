import { decodeId } from '../../../schema/core/ids.ts'
import { loadModels } from '../../../schema/model/load.ts'
import { messageId } from '../../../schema/webhook/message.ts'
import type { Json } from '../../infra/app.ts'
import {
  addCollaborator,
  adjustUsage,
  createKey,
  createOrganization,
  createProject,
  createTrust,
  join,
} from '../../infra/world.ts'
import type { Setting } from './setting.ts'

/** A list of the graph whose rows can be removed, with functions to add and remove them. */
export interface List {
  /** The part of a query that reads the list, with its arguments. `$id` is the parent, if needed. */
  query: (list: (own?: string) => string) => string
  /** The field that identifies a row, as `id`. */
  row?: string
  /** Creates the parent and its rows. Returns the parent's id. */
  fill: (setting: Setting) => Promise<string>
  /** Removes a row. */
  leave: (setting: Setting, id: string) => Promise<unknown>
}

/** Number of rows. */
export const ROWS = 5
const HOUR_MS = 3_600_000

const ofNode =
  (type: string, list: string, own = ''): List['query'] =>
  (page) =>
    `owner: node(id: $id) { ... on ${type} { list: ${list}${page(own)} } }`

const ofViewer =
  (list: string): List['query'] =>
  (page) =>
    `owner: viewer { list: ${list}${page()} } node(id: $id) { id }`

const ofPlayground =
  (list: string): List['query'] =>
  (page) =>
    `viewer { owner: playground { list: ${list}${page()} } } node(id: $id) { id }`

/** Creates the parent of a list and its rows. */
async function filled(owner: Promise<string>, make: (id: string, index: number) => Promise<unknown>): Promise<string> {
  const id = await owner
  for (let index = 0; index < ROWS; index += 1) await make(id, index)
  return id
}

/** A mutation that may leave the row in place: Owners cannot leave, and a default project cannot be archived. */
const by =
  (mutation: string): List['leave'] =>
  async ({ owner }, id) => {
    const answer: Json = await owner.mutate(mutation, { id })
    if (!/Payload$|^InvalidStateError$/.test(answer.__typename)) throw new Error(JSON.stringify(answer))
  }

const projectWithKeys = ({ database, name, newProject, owner }: Setting) =>
  filled(newProject(), (project, index) => {
    const expiresAt = new Date(database.clock.now().getTime() + (index + 1) * HOUR_MS).toISOString()
    return createKey(owner, project, name('key'), index % 2 ? {} : { expiresAt })
  })

const newWebhook = async ({ owner }: Setting, organizationId: string): Promise<string> => {
  const input = { organizationId, url: 'http://127.0.0.1:9/', events: ['BUDGET_ALERT'] }
  return (await owner.mutate('webhookCreate', input, 'webhook { id }')).webhook.id
}

const newServiceAccount = async ({ name, owner }: Setting, organizationId: string): Promise<string> => {
  const input = { organizationId, name: name('account'), role: 'MEMBER' }
  return (await owner.mutate('serviceAccountCreate', input, 'serviceAccount { id }')).serviceAccount.id
}

const newModels = async ({ app, name }: Setting, project?: string) => {
  const models = Array.from({ length: ROWS }, () => ({
    slug: name('model').replace(' ', '/'),
    displayName: 'Model',
    workload: 'INFERENCE',
    ...(project ? { project } : {}),
  }))
  await loadModels(app.runtime, { models })
}

/** No mutation removes a model; the operator does. */
const takeOffline: List['leave'] = ({ database }, id) =>
  database.prisma.model.update({ where: { id: decodeId('Model', id) ?? '' }, data: { status: 'OFFLINE' } })

/** No mutation removes a message; retention does. */
const forget: List['leave'] = async ({ database }, id) => {
  const rows = await database.prisma.webhookDelivery.findMany({ select: { id: true } })
  await database.prisma.webhookDelivery.delete({
    where: { id: rows.find((row) => messageId(row.id) === id)?.id ?? '' },
  })
}

/** Every order of the list of keys. */
export const KEY_ORDERS = ['CREATED_AT', 'NAME', 'CREATED_BY', 'EXPIRES_AT', 'LAST_USED_AT'].flatMap((field) =>
  ['ASC', 'DESC'].map((direction) => ({ field, direction })),
)

const KEYS = KEY_ORDERS.flatMap(({ field, direction }): [string, List][] => {
  const own = `filter: { statuses: [ACTIVE] }, orderBy: { field: ${field}, direction: ${direction} }`
  const fill = async (setting: Setting) => {
    const project = await projectWithKeys(setting)
    // Some keys were used, several of them at the same time.
    await setting.ofKeys(
      project,
      `UPDATE api_key SET last_used_at = now() - (ascii(right(name, 1)) % 2) * interval '1 hour'
        WHERE project_id = $1 AND expires_at IS NOT NULL`,
    )
    return project
  }
  // The keys of each list have an organization of their own.
  const fillOrganization = async (setting: Setting) => {
    const organization = await setting.newOrganization()
    await fill({ ...setting, newProject: () => createProject(setting.owner, organization, setting.name('Project')) })
    return organization
  }
  const leave = by('apiKeyRevoke')
  return [
    [`active keys by ${field} ${direction}`, { query: ofNode('Project', 'apiKeys', own), fill, leave }],
    [
      `active keys of an organization by ${field} ${direction}`,
      { query: ofNode('Organization', 'apiKeys', own), fill: fillOrganization, leave },
    ],
  ]
})

/** A mutation by which others leave an organization. */
const memberships = new Map<string, string>()

/** All lists except audit logs, whose rows are never removed. */
export const LISTS = new Map<string, List>([
  ...KEYS,
  ['keys of the playground', { query: ofPlayground('apiKeys'), fill: projectWithKeys, leave: by('apiKeyRevoke') }],
  [
    'members',
    {
      query: ofNode('Organization', 'members'),
      fill: ({ name, newOrganization, owner, signUp }) =>
        filled(newOrganization(), async (id) => join(owner, id, await signUp(name('Member')), 'MEMBER')),
      leave: by('memberRemove'),
    },
  ],
  [
    'members without a second factor',
    {
      query: ofNode('Organization', 'members', 'hasSecondFactor: false'),
      fill: ({ name, newOrganization, owner, signUp }) =>
        filled(newOrganization(), async (id) => join(owner, id, await signUp(name('Member')), 'MEMBER')),
      leave: by('memberRemove'),
    },
  ],
  [
    'people without a second factor',
    {
      query: ofNode('Organization', 'peopleWithoutSecondFactor'),
      fill: ({ name, newOrganization, owner, signUp }) =>
        filled(newOrganization(), async (id) => join(owner, id, await signUp(name('Member')), 'MEMBER')),
      leave: ({ database }, id) =>
        database.prisma.user.update({ where: { id: decodeId('User', id) ?? '' }, data: { twoFactorEnabled: true } }),
    },
  ],
  [
    'organizations',
    {
      query: ofViewer('organizations'),
      fill: async ({ name, organizationId, owner, signUp }) => {
        const other = await signUp(name('Other'))
        return filled(Promise.resolve(organizationId), async () => {
          const { id } = await createOrganization(other, name('Organization'))
          memberships.set(id, await join(other, id, owner, 'MEMBER'))
        })
      },
      leave: async (setting, id) => {
        const membership = memberships.get(id)
        // The Owner cannot leave the organization.
        if (membership) await by('memberRemove')(setting, membership)
      },
    },
  ],
  [
    'service accounts',
    {
      query: ofNode('Organization', 'serviceAccounts'),
      fill: (setting) => filled(setting.newOrganization(), (id) => newServiceAccount(setting, id)),
      leave: by('serviceAccountRemove'),
    },
  ],
  [
    'collaborators',
    {
      query: ofNode('Project', 'collaborators'),
      fill: (setting) =>
        filled(setting.newProject(), async (id) => {
          const account = await newServiceAccount(setting, setting.organizationId)
          await addCollaborator(setting.owner, id, account, 'MEMBER')
        }),
      leave: by('collaboratorRemove'),
    },
  ],
  [
    'invitations to an organization',
    {
      query: ofNode('Organization', 'invitations'),
      fill: ({ newOrganization, owner }) =>
        filled(newOrganization(), (organizationId, index) =>
          owner.mutate('memberInvite', { organizationId, email: `guest-${index}@people.example`, role: 'MEMBER' }),
        ),
      leave: by('invitationCancel'),
    },
  ],
  [
    'invitations to a project',
    {
      query: ofNode('Project', 'invitations'),
      fill: ({ newProject, owner }) =>
        filled(newProject(), (projectId, index) =>
          owner.mutate('collaboratorAdd', { projectId, email: `guest-${index}@people.example`, role: 'MEMBER' }),
        ),
      leave: by('invitationCancel'),
    },
  ],
  [
    'keys of an organization',
    {
      query: ofNode('Organization', 'apiKeys', 'filter: { statuses: ACTIVE }'),
      fill: async (setting) => {
        const organizationId = await setting.newOrganization()
        const projectId = await createProject(setting.owner, organizationId, setting.name('Project'))
        return filled(Promise.resolve(organizationId), () => createKey(setting.owner, projectId, setting.name('key')))
      },
      leave: by('apiKeyRevoke'),
    },
  ],
  [
    'keys outside the policy of an organization',
    {
      query: ofNode('Organization', 'apiKeysOutsidePolicy'),
      fill: async (setting) => {
        const organizationId = await setting.newOrganization()
        const projectId = await createProject(setting.owner, organizationId, setting.name('Project'))
        const made = await filled(Promise.resolve(organizationId), () =>
          createKey(setting.owner, projectId, setting.name('key')),
        )
        await setting.owner.mutate('organizationKeyPolicySet', { organizationId, requiresExpiration: true })
        return made
      },
      leave: by('apiKeyRevoke'),
    },
  ],
  [
    'projects of an organization',
    {
      query: ofNode('Organization', 'projects'),
      fill: ({ name, newOrganization, owner }) =>
        filled(newOrganization(), (id) => createProject(owner, id, name('Project'))),
      leave: by('projectArchive'),
    },
  ],
  [
    'projects of all organizations',
    {
      query: ofViewer('projects'),
      fill: ({ name, newOrganization, owner }) =>
        filled(newOrganization(), (id) => createProject(owner, id, name('Project'))),
      leave: by('projectArchive'),
    },
  ],
  [
    'resources',
    {
      query: ofNode('Project', 'resources'),
      fill: ({ name, newProject, owner }) =>
        filled(newProject(), (projectId) =>
          owner.mutate('resourceRegister', { projectId, kind: 'FILE', name: name('file') }),
        ),
      leave: by('resourceRemove'),
    },
  ],
  [
    'trusts of a project',
    {
      query: ofNode('Project', 'trusts'),
      fill: async (setting) => {
        const { owner, name, organizationId } = setting
        const account = await newServiceAccount(setting, organizationId)
        const projectId = await setting.newProject()
        await addCollaborator(owner, projectId, account, 'MEMBER')
        return filled(Promise.resolve(projectId), (id) => createTrust(owner, id, account, name('trust')))
      },
      leave: by('trustDelete'),
    },
  ],
  [
    'adjustments of a key',
    {
      query: ofNode('ApiKey', 'usageAdjustments'),
      fill: async ({ owner, name, newProject }) =>
        filled(
          createKey(owner, await newProject(), name('corrected')).then(({ id }) => id),
          (id) => adjustUsage(owner, id),
        ),
      leave: ({ database }, id) =>
        database.prisma.usageAdjustment.delete({ where: { id: decodeId('UsageAdjustment', id) ?? '' } }),
    },
  ],
  [
    'webhooks',
    {
      query: ofNode('Organization', 'webhooks'),
      fill: (setting) => filled(setting.newOrganization(), (id) => newWebhook(setting, id)),
      leave: by('webhookRemove'),
    },
  ],
  [
    'messages of a webhook',
    {
      query: ofNode('Webhook', 'deliveries'),
      fill: async (setting) =>
        filled(newWebhook(setting, await setting.newOrganization()), (id) =>
          setting.owner.mutate('webhookTest', { id }),
        ),
      leave: forget,
    },
  ],
  [
    'models of the catalogue',
    {
      query: (list) => `list: models${list('status: ONLINE')} node(id: $id) { id }`,
      fill: (setting) => newModels(setting).then(() => setting.organizationId),
      leave: takeOffline,
    },
  ],
  [
    'models of a project',
    {
      query: ofNode('Project', 'models', 'status: ONLINE'),
      fill: async (setting) => {
        const project = await setting.newProject()
        await newModels(setting, project)
        return project
      },
      leave: takeOffline,
    },
  ],
  [
    'models of the playground',
    {
      query: ofPlayground('models'),
      row: 'model { id }',
      fill: (setting) => newModels(setting).then(() => setting.organizationId),
      leave: takeOffline,
    },
  ],
])
