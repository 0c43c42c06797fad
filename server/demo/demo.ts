import { createHash, randomBytes } from 'node:crypto'
import { importApiKeys } from '@keyward/schema/api-key/import'
import { revokeApiKey } from '@keyward/schema/api-key/revoke'
import { rotateApiKey } from '@keyward/schema/api-key/rotation'
import { createApiKey } from '@keyward/schema/api-key/service'
import { addCollaborator } from '@keyward/schema/collaborator/service'
import type { Actor } from '@keyward/schema/core/actor'
import type { Caller } from '@keyward/schema/core/caller'
import { encodeId } from '@keyward/schema/core/ids'
import { acceptInvitation } from '@keyward/schema/invitation/accept'
import { inviteMember } from '@keyward/schema/invitation/service'
import { importLegacyKey } from '@keyward/schema/legacy-key/service'
import { createOrganization } from '@keyward/schema/organization/service'
import { createProject } from '@keyward/schema/project/service'
import type { Runtime } from '@keyward/schema/runtime'
import { createServiceAccount } from '@keyward/schema/service-account/service'
import type { ServerConfig } from '../config/config.ts'
import { setupToken } from '../config/secrets.ts'
import { actingAs } from '../identity/acting.ts'
import { createPeople, type People } from '../identity/people.ts'
import type { Log } from '../telemetry/log.ts'
import { isUnused } from './made.ts'
import { PEOPLE } from './people.ts'
import { type DemoCredentials, makeUsage } from './usage.ts'

const DAY_MS = 86_400_000
const EXPIRES_AFTER_MS = 5_000

/** A person of the demo organization, with a password that is shown once. */
export interface DemoPerson {
  role: string
  name: string
  email: string
  password: string
}

/** Credentials for exploring the demo organization. */
export interface Demo {
  people: DemoPerson[]
  /** Secret of a key in the project "Production". The secrets of the other keys are discarded. */
  secret: string
  /** Token of the demo's gateway. */
  gatewayToken: string
}

interface Instance {
  config: ServerConfig
  runtime: Runtime
  log: Log
}

type User = Extract<Actor, { kind: 'USER' }>

/**
 * Creates the demo organization "Acme AI" in an unused embedded database, and returns its credentials. Returns null for
 * any other database. Everything is created through sign-up and the services, as people would do it.
 */
export async function makeDemo(instance: Instance): Promise<Demo | null> {
  const { database } = instance.runtime
  if (database.kind !== 'embedded') return null
  if (!(await isUnused(database))) return null
  // The operator's restrictions do not apply to the demo, and it sends no mail.
  const settings = { ...instance.runtime.settings, organizationCreation: 'anyone', mailer: null } as const
  const runtime = { ...instance.runtime, settings }
  const door = await openDoor(instance)
  const people = PEOPLE.map((person): DemoPerson => ({ ...person, password: randomBytes(12).toString('base64url') }))
  // One at a time: each sign-up hashes a password inside a transaction, and the embedded database runs one transaction
  // at a time.
  const users: User[] = []
  for (const person of people) users.push(await signUp(door, instance, person))
  const [owner, admin, member, external] = users
  if (!owner || !admin || !member || !external) throw new Error('The demo organization lacks people')
  const { secret, credentials } = await fill(runtime, { owner, admin, member, external })
  return { people, secret, gatewayToken: await makeUsage(runtime, credentials) }
}

/** Signs people up with this instance's settings, but with open sign-up and no rate limit. */
const openDoor = ({ config, runtime, log }: Instance): Promise<People> =>
  createPeople({
    config: { ...config, signup: 'open', signInPerMinute: PEOPLE.length * 2 },
    database: runtime.database,
    log,
    record: async () => {},
    sendLink: null,
    // Ends the sessions that sign-up created, before they can be cached.
    onSessionEnded: async () => {},
    onUserChanged: () => undefined,
  })

async function signUp(door: People, { config }: Instance, person: DemoPerson): Promise<User> {
  const at = (path: string, headers: Record<string, string>, body: object) =>
    door.handle(
      new Request(`${config.publicUrl}/auth${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: new URL(config.publicUrl).origin, ...headers },
        body: JSON.stringify(body),
      }),
      null,
    )
  const { name, email, password } = person
  const response = await at(
    '/sign-up/email',
    { 'x-keyward-setup-token': setupToken(config.sessionSecret) },
    { name, email, password },
  )
  const token = response.headers.get('set-auth-token')
  const found = token === null ? null : await door.findSession(decodeURIComponent(token))
  if (!found) throw new Error(`${email} could not be signed up: HTTP ${response.status}`)
  await at('/sign-out', { authorization: `Bearer ${token}` }, {})
  return { kind: 'USER', ...found.user, sessionId: found.sessionId }
}

async function fill(runtime: Runtime, people: Record<'owner' | 'admin' | 'member' | 'external', User>): Promise<Keys> {
  const as = (user: User): Promise<Caller> => actingAs(runtime, user)
  const { owner, admin, member, external } = people
  const { organizationId: organization } = await createOrganization(await as(owner), {
    name: 'Acme AI',
    defaultProjectName: 'Playground',
  })
  const organizationId = encodeId('Organization', organization)
  const ownerNow = await as(owner)
  const projects = new Map<string, string>()
  for (const [name, description] of [
    ['Production', 'The models that customers use'],
    ['Research', 'Experiments and evaluations'],
  ] as const) {
    const { projectId } = await createProject(ownerNow, { organizationId, name, description })
    projects.set(name, encodeId('Project', projectId))
  }
  const [production = '', research = ''] = projects.values()
  await join(await as(admin), await inviteMember(ownerNow, { organizationId, email: admin.email, role: 'ADMIN' }))
  const projectRoles = [{ projectId: research, role: 'ADMIN' }]
  await join(
    await as(member),
    await inviteMember(ownerNow, { organizationId, email: member.email, role: 'MEMBER', projects: projectRoles }),
  )
  const toProject = { projectId: production, email: external.email, role: 'MEMBER' }
  const { invited } = await addCollaborator(await as(admin), toProject)
  if (invited) await join(await as(external), invited)
  await inviteMember(await as(admin), { organizationId, email: 'newcomer@acme.example', role: 'MEMBER' })
  const name = 'Deployment pipeline'
  const { serviceAccountId: id } = await createServiceAccount(await as(admin), { organizationId, name, role: 'MEMBER' })
  const principalId = encodeId('ServiceAccount', id)
  await addCollaborator(await as(admin), { projectId: production, principalId, role: 'ADMIN' })
  const pipeline: Actor = {
    kind: 'SERVICE_ACCOUNT',
    id,
    name,
    organizationId: organization,
    tokenSeenByUserId: admin.id,
  }
  await createApiKey(await actingAs(runtime, pipeline), { projectId: production, name: 'Smoke tests after deployment' })
  const keys = await makeKeys(runtime, { organizationId, production, research }, await as(admin), await as(member))
  await importLegacyKey(await as(owner), { organizationId, secret: `acme-${randomBytes(24).toString('hex')}` })
  return keys
}

/** Accepts an invitation through its link. */
async function join(caller: Caller, { acceptUrl }: { acceptUrl: string }): Promise<void> {
  await acceptInvitation(caller, { token: new URL(acceptUrl).hash.replace('#token=', '') })
}

interface Keys {
  secret: string
  credentials: DemoCredentials
}

/** Creates keys in every state. Returns a secret from "Production", and the keys that get usage. */
async function makeKeys(
  runtime: Runtime,
  at: { organizationId: string; production: string; research: string },
  admin: Caller,
  member: Caller,
): Promise<Keys> {
  const now = runtime.database.clock.now().getTime()
  const inDays = (days: number) => new Date(now + days * DAY_MS)
  const { production, research, organizationId } = at
  const tags = (team: string, environment: string) => [
    { key: 'team', value: team },
    { key: 'environment', value: environment },
  ]
  const chat = await createApiKey(admin, {
    projectId: production,
    name: 'Website chat',
    expiresAt: inDays(30),
    workloads: ['INFERENCE'],
    tags: tags('web', 'production'),
    limits: {
      requestsPerMinute: 600,
      budgets: [{ period: 'MONTH', usd: '2500', alertThresholds: [50, 80] }],
    },
  })
  const batch = await createApiKey(admin, {
    projectId: production,
    name: 'Nightly batch',
    workloads: ['BATCH', 'FILES'],
    allowedIps: ['10.20.0.0/16'],
    tags: tags('data', 'production'),
  })
  await rotateApiKey(admin, { id: encodeId('ApiKey', batch.apiKeyId), overlapSeconds: 7 * 86_400 })
  const staging = await createApiKey(admin, { projectId: production, name: 'Staging', tags: tags('web', 'staging') })
  await revokeApiKey(admin, { id: encodeId('ApiKey', staging.apiKeyId), reason: 'REPLACED' })
  const evaluation = await createApiKey(member, {
    projectId: research,
    name: 'Evaluation notebook',
    workloads: ['EVALUATIONS'],
  })
  await createApiKey(member, { projectId: research, name: 'Fine-tuning run', expiresAt: inDays(7) })
  const unknownSecret = () => createHash('sha256').update(randomBytes(32)).digest('hex')
  const { outcomes } = await importApiKeys(admin, {
    organizationId,
    rows: [
      { name: 'Mobile app', sha256: unknownSecret(), start: 'sk-mob', createdAt: inDays(-400), projectId: production },
      // A key without a project belongs to the default project.
      { name: 'From before projects', sha256: unknownSecret(), start: 'sk-old', createdAt: inDays(-700) },
      {
        name: 'Trade fair demo',
        sha256: unknownSecret(),
        start: 'sk-fair',
        createdAt: inDays(-60),
        // The key is still valid when it is read below, even on a slow machine, but has expired by the time a person
        // looks at it.
        expiresAt: new Date(runtime.database.clock.now().getTime() + EXPIRES_AFTER_MS),
        projectId: production,
      },
    ],
  })
  for (const outcome of outcomes) if ('error' in outcome) throw outcome.error
  const [mobile] = outcomes
  const keyId = (id: string) => encodeId('ApiKey', id)
  return {
    secret: chat.secret,
    credentials: {
      websiteChat: keyId(chat.apiKeyId),
      nightlyBatch: keyId(batch.apiKeyId),
      evaluation: keyId(evaluation.apiKeyId),
      mobileApp: mobile && 'apiKeyId' in mobile ? keyId(mobile.apiKeyId) : '',
      revokedStaging: keyId(staging.apiKeyId),
    },
  }
}

/** Describes the demo organization after the first start. The text is printed once and never logged. */
export function tellDemo(publicUrl: string, { people, secret, gatewayToken }: Demo): string[] {
  const width = Math.max(...people.map(({ email }) => email.length))
  return [
    'Created the demo organization "Acme AI". These passwords are shown only once:',
    ...people.map(({ role, email, password }) => `  ${email.padEnd(width)}  ${password}  ${role}`),
    `Secret of the API key "Website chat" in the project "Production", shown only once: ${secret}`,
    '  Call the API with it:',
    `  curl ${publicUrl}/graphql -H 'content-type: application/json' -H 'authorization: Bearer ${secret}' -d '{"query":"{ viewer { kind } }"}'`,
    `Token of the demo gateway, shown only once: ${gatewayToken}`,
    '  Authorize a request of that key, as a gateway does:',
    `  curl ${publicUrl}/authorize -H 'keyward-gateway: ${gatewayToken}' -H 'authorization: Bearer ${secret}' -H 'keyward-workload: INFERENCE'`,
  ]
}
