import type { Json } from '../../infra/app.ts'
import { addCollaborator, createKey, createProject, createTrust, join, type World } from '../../infra/world.ts'

/** Names of mutations that end something. */
export const ENDS =
  /(Archive|Cancel|Close|Decline|Delete|Disable|End|Erase|Finish|Leave|Pause|Reject|Remove|Restore|Resume|Revoke|Undo|Withdraw)$/

/** Mutations that cannot be repeated, and why. */
export const ONCE_ONLY: Record<string, string> = {
  userErase: 'The caller’s account and sessions are gone. The second request has no caller.',
}

/** A mutation that ends something. */
export interface Ending {
  /** Makes something new to end, and returns the mutation's input. */
  make(world: World): Promise<Json>
  /** The arguments of the command that does the same. Not given if there is none. */
  command?(input: Json): string[]
}

let made = 0
const fresh = (noun: string): string => {
  made += 1
  return `${noun} ${made}`
}

const byOwner = async (world: World, mutation: string, input: object, node: string): Promise<string> => {
  const answer = await world.as.owner.mutate(mutation, input, `${node} { id }`)
  if (!answer[node]) throw new Error(`${mutation}: ${JSON.stringify(answer)}`)
  return answer[node].id
}

const newProject = ({ as, ids }: World) => createProject(as.owner, ids.organization, fresh('Project'))
const newKey = async ({ as, ids }: World) => (await createKey(as.owner, ids.project, fresh('key'))).id
const newAccount = (world: World) =>
  byOwner(
    world,
    'serviceAccountCreate',
    { organizationId: world.ids.organization, name: fresh('account'), role: 'MEMBER' },
    'serviceAccount',
  )
const newMember = async (world: World) =>
  join(world.as.owner, world.ids.organization, await world.signUp(fresh('Person')), 'MEMBER')
const newOrganization = (world: World) =>
  byOwner(world, 'organizationCreate', { name: fresh('Organization') }, 'organization')

async function rotatingKey(world: World): Promise<string> {
  const id = await newKey(world)
  await world.as.owner.mutate('apiKeyRotate', { id })
  return id
}

async function archivedProject(world: World): Promise<string> {
  const id = await newProject(world)
  await world.as.owner.mutate('projectArchive', { id })
  return id
}

async function nameOf(world: World, id: string): Promise<string> {
  const query = 'query ($id: ID!) { node(id: $id) { ... on Project { name } ... on Organization { name } } }'
  return (await world.as.owner.ask(query, { id })).data.node.name
}

const yes = (...before: string[]) => ({ command: ({ id }: Json) => [...before, id, '--yes'] })
const plain = (...before: string[]) => ({ command: ({ id }: Json) => [...before, id] })
const named = (...before: string[]) => ({ command: ({ id, name }: Json) => [...before, id, '--confirm', name] })

/** Every mutation that ends something and can be repeated. */
export const ENDINGS: Record<string, Ending> = {
  apiKeyPause: { make: async (world) => ({ id: await newKey(world) }), ...plain('keys', 'pause') },
  apiKeyResume: { make: async (world) => ({ id: await newKey(world) }), ...plain('keys', 'resume') },
  apiKeyRevoke: { make: async (world) => ({ id: await newKey(world) }), ...yes('keys', 'revoke') },
  apiKeyRotationFinish: {
    make: async (world) => ({ id: await rotatingKey(world) }),
    ...yes('keys', 'finish-rotation'),
  },
  apiKeyRotationUndo: { make: async (world) => ({ id: await rotatingKey(world) }), ...yes('keys', 'undo-rotation') },
  apiKeysRevoke: {
    make: async (world) => ({ ids: [await newKey(world), await newKey(world)] }),
    command: ({ ids }) => ['keys', 'revoke', ...ids, '--yes'],
  },
  collaboratorRemove: {
    make: async (world) => ({
      id: await addCollaborator(world.as.owner, world.ids.project, await newAccount(world), 'MEMBER'),
    }),
    ...yes('collaborators', 'remove'),
  },
  invitationCancel: {
    make: async (world) => {
      const email = `${fresh('invited').replace(' ', '-')}@people.example`
      const input = { organizationId: world.ids.organization, email, role: 'MEMBER' }
      return { id: await byOwner(world, 'memberInvite', input, 'invitation') }
    },
    ...yes('invitations', 'cancel'),
  },
  memberRemove: { make: async (world) => ({ id: await newMember(world) }), ...yes('members', 'remove') },
  organizationDelete: {
    make: async (world) => {
      const id = await newOrganization(world)
      return { id, name: await nameOf(world, id) }
    },
    ...named('organizations', 'delete', '-o'),
  },
  organizationDeletionCancel: {
    make: async (world) => {
      const id = await newOrganization(world)
      await world.as.owner.mutate('organizationDelete', { id, name: await nameOf(world, id) })
      return { id }
    },
    ...plain('organizations', 'cancel-deletion', '-o'),
  },
  organizationPause: {
    make: async (world) => ({ id: await newOrganization(world) }),
    ...yes('organizations', 'pause', '-o'),
  },
  organizationResume: {
    make: async (world) => ({ id: await newOrganization(world) }),
    ...plain('organizations', 'resume', '-o'),
  },
  ownershipTransferCancel: {
    make: async (world) => {
      const organizationId = await newOrganization(world)
      const memberId = await join(world.as.owner, organizationId, await world.signUp(fresh('Heir')), 'MEMBER')
      await world.as.owner.mutate('ownershipTransferOffer', { organizationId, memberId })
      return { organizationId }
    },
    command: ({ organizationId }) => ['ownership', 'cancel', '--organization', organizationId, '--yes'],
  },
  projectArchive: { make: async (world) => ({ id: await newProject(world) }), ...plain('projects', 'archive') },
  projectDelete: {
    make: async (world) => {
      const id = await archivedProject(world)
      return { id, name: await nameOf(world, id) }
    },
    ...named('projects', 'delete'),
  },
  projectPause: { make: async (world) => ({ id: await newProject(world) }), ...plain('projects', 'pause') },
  projectRestore: { make: async (world) => ({ id: await archivedProject(world) }), ...plain('projects', 'restore') },
  projectResume: { make: async (world) => ({ id: await newProject(world) }), ...plain('projects', 'resume') },
  resourceRemove: {
    make: async (world) => {
      const input = { projectId: world.ids.project, kind: 'FILE', name: fresh('file') }
      return { id: await byOwner(world, 'resourceRegister', input, 'resource') }
    },
    ...yes('resources', 'remove'),
  },
  serviceAccountRemove: {
    make: async (world) => ({ id: await newAccount(world) }),
    ...yes('service-accounts', 'remove'),
  },
  trustDelete: {
    make: async ({ as, ids }) => ({
      id: await createTrust(as.owner, ids.project, ids.account.projectMemberAccount, fresh('trust')),
    }),
    ...yes('trusts', 'delete'),
  },
  webhookRemove: {
    make: async (world) => {
      const input = {
        organizationId: world.ids.organization,
        url: 'https://webhooks.invalid/',
        events: ['WEBHOOK_TEST'],
      }
      return { id: await byOwner(world, 'webhookCreate', input, 'webhook') }
    },
    ...yes('webhooks', 'remove'),
  },
}
