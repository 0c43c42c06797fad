import { createHash, randomBytes } from 'node:crypto'
import type { DatabaseOptions } from '../../prisma/database.ts'
import { encodeId } from '../../schema/core/ids.ts'
import { createGateway } from '../../schema/gateway/service.ts'
import type { Client, TestApp } from './app.ts'
import { copiesOf } from './copies.ts'

const HOUR_MS = 3_600_000
/** Time that passes while the world is built. */
const PASSED_MS = 2 * HOUR_MS

/** Every kind of caller, by their role in the world's organization and its project. */
export const ACTORS = [
  'anonymous',
  'owner',
  'admin',
  'member',
  'projectAdmin',
  'projectMember',
  'externalAdmin',
  'externalMember',
  'former',
  'foreignOwner',
  'adminAccount',
  'memberAccount',
  'projectAdminAccount',
  'projectMemberAccount',
  'liveKey',
  'expiredKey',
  'revokedKey',
  'otherProjectKey',
  'foreignKey',
  'legacyKey',
  'gateway',
] as const

export type ActorName = (typeof ACTORS)[number]

/** An organization with every kind of caller, and a second organization that is unrelated. */
export interface World extends TestApp, Omit<WorldFacts, 'tokens'> {
  as: Record<ActorName, Client>
}

/** The ids and secrets of the world. */
interface WorldFacts {
  /** The credential of every caller. Null for an anonymous one. */
  tokens: Record<ActorName, string | null>
  ids: {
    organization: string
    defaultProject: string
    project: string
    otherProject: string
    apiKey: string
    otherProjectKey: string
    legacyKey: string
    gateway: string
    /** Users, service accounts and memberships by actor. */
    user: Record<string, string>
    account: Record<string, string>
    member: Record<string, string>
    collaborator: Record<string, string>
    foreign: { organization: string; project: string; apiKey: string; user: string; member: string }
  }
  /** The secret of the live key. */
  secret: string
  emails: Record<string, string>
}

/** Creates a key and returns its id and secret. */
export async function createKey(
  as: Client,
  projectId: string,
  name: string,
  input: object = {},
): Promise<{ id: string; secret: string }> {
  const { apiKey, secret, ...rest } = await as.mutate(
    'apiKeyCreate',
    { projectId, name, ...input },
    'apiKey { id } secret',
  )
  if (!apiKey) throw new Error(`No key: ${JSON.stringify(rest)}`)
  return { id: apiKey.id, secret }
}

/** Creates an organization owned by a client. */
export async function createOrganization(owner: Client, name: string): Promise<{ id: string; defaultProject: string }> {
  const { organization } = await owner.mutate(
    'organizationCreate',
    { name },
    'organization { id defaultProject { id } }',
  )
  return { id: organization.id, defaultProject: organization.defaultProject.id }
}

/** Invites a client to an organization, which accepts. Returns the membership's id. */
export async function join(
  owner: Client,
  organizationId: string,
  person: Client & { email: string },
  role: 'ADMIN' | 'MEMBER',
): Promise<string> {
  const { acceptUrl } = await owner.mutate('memberInvite', { organizationId, email: person.email, role }, 'acceptUrl')
  await person.mutate('invitationAccept', { token: tokenOf(acceptUrl) })
  const { data } = await owner.ask(
    `query ($id: ID!) { organization(id: $id) { members(first: 100) { nodes { id principal { ... on User { email } } } } } }`,
    { id: organizationId },
  )
  const member = data.organization.members.nodes.find(
    (node: { principal: { email?: string } }) => node.principal.email === person.email,
  )
  return member.id
}

/** The token in an invitation's link. */
/** Creates a trust of GitHub's issuer. Returns its id. */
export async function createTrust(
  as: Client,
  projectId: string,
  serviceAccountId: string | undefined,
  name: string,
): Promise<string> {
  const made = await as.mutate('trustCreate', { ...trustInput(projectId, serviceAccountId), name }, 'trust { id }')
  if (!made.trust) throw new Error(`No trust: ${JSON.stringify(made)}`)
  return made.trust.id
}

/** A valid input of `trustCreate`. */
export const trustInput = (projectId: string, serviceAccountId: string | undefined) => ({
  projectId,
  serviceAccountId,
  name: 'Trust',
  issuer: 'https://token.actions.githubusercontent.com',
  conditions: [{ claim: 'repository', pattern: 'octo/app' }],
})

let adjustments = 0
/** A valid input of `usageAdjust`: a charge for the last hour. */
export function adjustmentInput(apiKeyId: string | undefined, more: object = {}) {
  adjustments += 1
  return {
    adjustmentId: `adjustment-${adjustments}`,
    apiKeyId,
    amount: '0.000000001',
    reason: 'A line was forgotten.',
    hour: new Date(Date.now() - 3_600_000).toISOString(),
    workload: 'INFERENCE',
    ...more,
  }
}

/** Adjusts the costs of a key. Returns the adjustment's id. */
export async function adjustUsage(as: Client, apiKeyId: string | undefined, more: object = {}): Promise<string> {
  const made = await as.mutate('usageAdjust', adjustmentInput(apiKeyId, more), 'adjustment { id }')
  if (!made.adjustment) throw new Error(`No adjustment: ${JSON.stringify(made)}`)
  return made.adjustment.id
}

export const tokenOf = (acceptUrl: string): string => new URL(acceptUrl).hash.replace('#token=', '')

/** A legacy secret in the format of another system. */
export const foreignSecret = (): string => `legacy-${randomBytes(24).toString('hex')}`

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Builds the world through public interfaces only, and the gateway through the operator's command. */
async function buildWorld(base: TestApp): Promise<WorldFacts> {
  const names = [
    'owner',
    'admin',
    'member',
    'projectAdmin',
    'projectMember',
    'externalAdmin',
    'externalMember',
    'former',
    'foreignOwner',
  ]
  const people: Record<string, Client & { email: string }> = {}
  for (const name of names) people[name] = await base.signUp(`Canary ${name}`)
  const person = (name: string): Client & { email: string } => {
    const found = people[name]
    if (!found) throw new Error(`No actor is called ${name}`)
    return found
  }
  const owner = person('owner')
  const organization = await createOrganization(owner, 'World')
  const project = await createProject(owner, organization.id, 'Production')
  const otherProject = await createProject(owner, organization.id, 'Research')
  const member: Record<string, string> = {}
  const collaborator: Record<string, string> = {}
  for (const [name, role] of [
    ['admin', 'ADMIN'],
    ['member', 'MEMBER'],
    ['projectAdmin', 'MEMBER'],
    ['projectMember', 'MEMBER'],
    ['former', 'MEMBER'],
  ] as const) {
    member[name] = await join(owner, organization.id, person(name), role)
  }
  for (const [name, role] of [
    ['projectAdmin', 'ADMIN'],
    ['projectMember', 'MEMBER'],
    ['former', 'ADMIN'],
  ] as const) {
    collaborator[name] = await addCollaborator(owner, project, member[name] ?? '', role)
  }
  for (const [name, role] of [
    ['externalAdmin', 'ADMIN'],
    ['externalMember', 'MEMBER'],
  ] as const) {
    const { acceptUrl } = await owner.mutate(
      'collaboratorAdd',
      { projectId: project, email: person(name).email, role },
      'acceptUrl',
    )
    await person(name).mutate('invitationAccept', { token: tokenOf(acceptUrl) })
  }
  await owner.mutate('memberRemove', { id: member.former })

  const account: Record<string, string> = {}
  const accounts: Record<string, Client> = {}
  for (const [name, role, projectRole] of [
    ['adminAccount', 'ADMIN', null],
    ['memberAccount', 'MEMBER', null],
    ['projectAdminAccount', 'MEMBER', 'ADMIN'],
    ['projectMemberAccount', 'MEMBER', 'MEMBER'],
  ] as const) {
    const made = await owner.mutate(
      'serviceAccountCreate',
      { organizationId: organization.id, name, role },
      'serviceAccount { id } token',
    )
    account[name] = made.serviceAccount.id
    accounts[name] = base.client(made.token)
    if (projectRole) collaborator[name] = await addCollaborator(owner, project, made.serviceAccount.id, projectRole)
  }

  const foreignOwner = person('foreignOwner')
  const foreign = await createOrganization(foreignOwner, 'Elsewhere')
  const foreignKey = await createKey(foreignOwner, foreign.defaultProject, 'elsewhere')
  const expiresAt = new Date(base.database.clock.now().getTime() + HOUR_MS).toISOString()
  const expired = await createKey(owner, project, 'expired', { expiresAt })
  const live = await createKey(owner, project, 'live', { tags: [{ key: 'team', value: 'canary' }] })
  const revoked = await createKey(owner, project, 'revoked')
  const other = await createKey(owner, otherProject, 'other')
  const legacySecret = foreignSecret()
  const { legacyKey } = await owner.mutate(
    'legacyKeyImport',
    { organizationId: organization.id, secret: legacySecret },
    'legacyKey { id }',
  )
  await owner.mutate('apiKeyRevoke', { id: revoked.id })
  const gateway = await createGateway(base.app.runtime, 'Canary gateway')
  base.database.clock.advance(PASSED_MS)

  const user: Record<string, string> = {}
  for (const name of names) {
    const { data } = await person(name).ask('{ viewer { user { id } } }')
    user[name] = data.viewer.user.id
  }
  const owned = await ownMembership(foreignOwner, foreign.id)
  member.owner = await ownMembership(owner, organization.id)
  const { data } = await owner.ask(
    `query ($id: ID!) { project(id: $id) { collaborators(first: 100) { nodes { id principal { ... on User { id } } } } } }`,
    { id: project },
  )
  for (const node of data.project.collaborators.nodes) {
    const name = names.find((candidate) => user[candidate] === node.principal.id)
    if (name) collaborator[name] = node.id
  }
  const tokensOf = (clients: Record<string, Client>) =>
    Object.fromEntries(Object.entries(clients).map(([name, { token }]) => [name, token]))
  const tokens = {
    ...tokensOf(people),
    ...tokensOf(accounts),
    anonymous: null,
    liveKey: live.secret,
    expiredKey: expired.secret,
    revokedKey: revoked.secret,
    otherProjectKey: other.secret,
    foreignKey: foreignKey.secret,
    legacyKey: legacySecret,
    gateway: gateway.token,
  } as Record<ActorName, string | null>
  return {
    tokens,
    secret: live.secret,
    emails: Object.fromEntries(names.map((name) => [name, person(name).email])),
    ids: {
      organization: organization.id,
      defaultProject: organization.defaultProject,
      project,
      otherProject,
      apiKey: live.id,
      otherProjectKey: other.id,
      legacyKey: legacyKey.id,
      gateway: encodeId('Gateway', gateway.gatewayId),
      user,
      account,
      member,
      collaborator,
      foreign: {
        organization: foreign.id,
        project: foreign.defaultProject,
        apiKey: foreignKey.id,
        user: user.foreignOwner ?? '',
        member: owned,
      },
    },
  }
}

const startCopy = copiesOf(buildWorld, PASSED_MS)

/** Starts a copy of the world with its own database. */
export async function startWorld(options: DatabaseOptions = {}): Promise<World> {
  const { app, facts } = await startCopy(options)
  return worldOn(app, facts)
}

/** Builds the world on an app that runs already. */
export const buildWorldOn = async (app: TestApp): Promise<World> => worldOn(app, await buildWorld(app))

function worldOn(app: TestApp, { tokens, ...rest }: WorldFacts): World {
  const clients = Object.entries(tokens).map(([name, token]) => [name, app.client(token)])
  return { ...app, ...rest, as: Object.fromEntries(clients) }
}

async function ownMembership(owner: Client, organizationId: string): Promise<string> {
  const { data } = await owner.ask(
    `query ($id: ID!) { organization(id: $id) { members(first: 1) { nodes { id role } } } }`,
    {
      id: organizationId,
    },
  )
  return data.organization.members.nodes[0].id
}

/** Creates a project and returns its id. */
export async function createProject(as: Client, organizationId: string, name: string): Promise<string> {
  const { project } = await as.mutate(
    'projectCreate',
    { organizationId, name, description: 'The purpose of this project' },
    'project { id }',
  )
  return project.id
}

/** Adds a person of the organization to a project and returns the membership's id. */
export async function addCollaborator(
  as: Client,
  projectId: string,
  principalId: string,
  role: 'ADMIN' | 'MEMBER',
): Promise<string> {
  const { collaborator } = await as.mutate('collaboratorAdd', { projectId, principalId, role }, 'collaborator { id }')
  return collaborator.id
}
