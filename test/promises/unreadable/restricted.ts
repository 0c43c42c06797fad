import type { Database } from '../../../prisma/database.ts'
import { loadModels } from '../../../schema/model/load.ts'
import type { App } from '../../../server/app.ts'
import { clientOf, type Json, newSecrets, ORIGIN, startAppOn, type TestApp } from '../../infra/app.ts'
import { createTestDatabase } from '../../infra/database.ts'
import {
  addCollaborator,
  createKey,
  createOrganization,
  createProject,
  foreignSecret,
  join,
} from '../../infra/world.ts'
import type { Issuer } from '../../nouns/trust/issuer.ts'
import { startGateway } from '../../nouns/verification/gateway.ts'

const HOUR_MS = 3_600_000

/** Something that one restriction forbids, or that is permitted. */
export interface Attempt {
  name: string
  /** Tries it at a replica. Returns the reason of the denial, or ALLOWED. */
  outcome(app: App): Promise<string>
}

const AUTHORIZE = `mutation ($inputs: [ApiKeyAuthorizeInput!]!) { apiKeysAuthorize(inputs: $inputs) {
  __typename ... on ApiKeyDenied { reason } } }`

const decision = (token: string, input: object) => async (app: App) => {
  const { data, errors } = await clientOf(app, token).ask(AUTHORIZE, { inputs: [input] })
  if (errors) return errors[0]?.extensions.code ?? 'no reason'
  const [{ __typename: type, reason }] = data.apiKeysAuthorize
  return type === 'ApiKeyAllowed' ? 'ALLOWED' : (reason ?? 'no reason')
}

/** Acts in the graph as a caller. */
const caller = (token: string | null) => async (app: App) => {
  const { errors } = await clientOf(app, token).ask('{ viewer { kind } }')
  return errors ? (errors[0]?.extensions.code ?? 'no reason') : 'ALLOWED'
}

const mutation = (token: string | null, name: string, input: object) => async (app: App) => {
  const answer = await clientOf(app, token).mutate(name, input)
  return answer.__typename.endsWith('Payload') ? 'ALLOWED' : answer.__typename
}

/** Exchanges a token at `/token`. */
const exchange = (fields: Record<string, string>) => async (app: App) => {
  const { access_token: token, error, errors } = await exchanged(app, fields)
  return token ? 'ALLOWED' : (error ?? errors?.[0].extensions.code ?? 'no reason')
}

async function exchanged(app: App, fields: Record<string, string>): Promise<Json> {
  const grant = 'urn:ietf:params:oauth:grant-type:token-exchange'
  const body = new URLSearchParams({ grant_type: grant, ...fields })
  const response = await app.fetch(new Request(`${ORIGIN}/token`, { method: 'POST', body }))
  return response.json()
}

const tokenType = (name: string) => `urn:ietf:params:oauth:token-type:${name}`

/** An instance, what its restrictions forbid, and replicas of it. */
export interface Restricted extends TestApp {
  forbidden: Attempt[]
  permitted: Attempt[]
  /** Starts a replica, which has nothing in memory. Without a database of its own, it shares that of the instance. */
  replica(own?: Database): Promise<TestApp>
}

const ENVIRONMENT = { KEYWARD_WEBHOOK_PRIVATE_TARGETS: 'allow' }

/** Builds an instance in which each restriction of the product forbids something. */
export async function startRestricted(issuer: Issuer): Promise<Restricted> {
  const { database, drop } = await createTestDatabase()
  const secrets = newSecrets()
  const first = await startAppOn(database, drop, secrets, ENVIRONMENT)
  const attempts = await restrict(first, issuer)
  return { ...first, ...attempts, replica: (own = database) => startAppOn(own, async () => {}, secrets, ENVIRONMENT) }
}

async function restrict(base: TestApp, issuer: Issuer): Promise<Pick<Restricted, 'forbidden' | 'permitted'>> {
  const { app, database } = base
  const owner = await base.signUp('Owner')
  const member = await base.signUp('Member')
  const organizationId = (await createOrganization(owner, 'Acme')).id
  await join(owner, organizationId, member, 'MEMBER')
  const ids = {
    organization: organizationId,
    project: await createProject(owner, organizationId, 'Production'),
    otherProject: await createProject(owner, organizationId, 'Research'),
  }
  const { token: gateway } = await startGateway(base)
  const at = (ahead: number) => new Date(database.clock.now().getTime() + ahead).toISOString()
  const done = async (result: Promise<Json>): Promise<Json> => {
    const answer = await result
    if (answer.message ?? answer.errors) throw new Error(JSON.stringify(answer))
    return answer
  }
  let made = 0
  const key = async (input: object = {}, projectId = ids.project) => {
    made += 1
    return createKey(owner, projectId, `restricted ${made}`, input)
  }
  const childOf = async (secret: string, more: Record<string, string>) => {
    const fields = { subject_token: secret, subject_token_type: tokenType('access_token'), ...more }
    return (await exchanged(app, fields)).access_token as string
  }
  const limited = async (limits: object) => {
    const { id, secret } = await key()
    await done(owner.mutate('apiKeyLimitsSet', { id, ...limits }))
    return secret
  }
  const project = async (name: string) => {
    const id = await createProject(owner, ids.organization, name)
    return { id, secret: (await key({}, id)).secret }
  }
  const forbidden: Attempt[] = []
  const add = (name: string, outcome: Attempt['outcome']) => forbidden.push({ name, outcome })
  const denied = (name: string, secret: string, more: object = {}) => add(name, decision(gateway, { secret, ...more }))

  const free = await key()
  const expired = await key({ expiresInSeconds: 60 })
  denied('an expired key', expired.secret)
  const revoked = await key()
  await done(owner.mutate('apiKeyRevoke', { id: revoked.id }))
  denied('a revoked key', revoked.secret)
  const network = await key({ allowedIps: ['10.0.0.0/8'] })
  denied('a key of another network', network.secret, { clientIp: '11.0.0.1' })
  denied('a key of another workload', (await key({ workloads: ['BATCH'] })).secret, { workload: 'INFERENCE' })
  const prices = [{ lineItem: 'INPUT_TOKENS', usd: '1' }]
  const models = [
    { slug: 'online/one', displayName: 'One', workload: 'INFERENCE', prices },
    { slug: 'offline/one', displayName: 'Gone', workload: 'INFERENCE', status: 'OFFLINE' },
    { slug: 'own/other', displayName: 'Other', workload: 'INFERENCE', project: ids.otherProject },
  ]
  await loadModels(app.runtime, { models })
  denied('a key of another model', (await key({ models: ['offline/*'] })).secret, { model: 'online/one' })
  denied('a model that is offline', free.secret, { model: 'offline/one' })
  denied('a model of another project', free.secret, { model: 'own/other' })
  const registered = { projectId: ids.otherProject, kind: 'FINE_TUNED_MODEL', name: 'bot' }
  const { resource } = await done(owner.mutate('resourceRegister', registered, 'resource { id }'))
  denied('a resource of another project', free.secret, { resourceId: resource.id })

  const rotated = await key()
  await done(owner.mutate('apiKeyRotate', { id: rotated.id }))
  await done(owner.mutate('apiKeyRotationFinish', { id: rotated.id }))
  denied('a retired secret', rotated.secret)
  const paused = await key()
  await done(owner.mutate('apiKeyPause', { id: paused.id }))
  denied('a paused key', paused.secret)
  const until = await key()
  await done(owner.mutate('apiKeyPause', { id: until.id, until: at(HOUR_MS) }))
  denied('a key paused for an hour', until.secret)
  const pausedProject = await project('Paused')
  await done(owner.mutate('projectPause', { id: pausedProject.id }))
  denied('a key of a paused project', pausedProject.secret)
  const archived = await project('Archived')
  await done(owner.mutate('projectArchive', { id: archived.id }))
  denied('a key of an archived project', archived.secret)

  const dollar = { estimatedCost: '1' }
  const cents = (period: string) => ({ budgets: [{ period, usd: '0.05' }] })
  for (const period of ['DAY', 'WEEK', 'MONTH', 'TOTAL']) {
    denied(`a key over its budget of ${period}`, await limited(cents(period)), dollar)
  }
  const tokens = { estimatedUnits: [{ lineItem: 'INPUT_TOKENS', quantity: '1000000' }] }
  const rate = { unit: 'TOKENS', per: 'DAY', max: '10' }
  denied('a key over its rate', await limited({ rates: [rate] }), tokens)
  const byModel = await limited({ rates: [{ ...rate, model: 'online/*' }] })
  denied('a key over its rate by model', byModel, { ...tokens, model: 'online/one' })
  denied('a key over its budget by price', await limited(cents('TOTAL')), { ...tokens, model: 'online/one' })
  const poor = await project('Poor')
  await done(owner.mutate('projectUsageLimitsSet', { projectId: poor.id, ...cents('DAY') }))
  denied('a key over the budget of its project', poor.secret, dollar)
  const consumers = await project('Consumers')
  await done(
    owner.mutate('projectConsumerLimitsSet', { projectId: consumers.id, consumer: 'known', ...cents('TOTAL') }),
  )
  denied('a consumer over its budget', consumers.secret, { ...dollar, consumer: 'known' })
  const tag = { key: 'plan', value: 'small' }
  await done(owner.mutate('organizationTagLimitsSet', { organizationId: ids.organization, tag, ...cents('TOTAL') }))
  denied('a key over the budget of its tag', (await key({ tags: [tag] })).secret, dollar)

  denied('a child token of another origin', await childOf(free.secret, { origins: 'https://a.example' }))
  denied('a child token of another workload', await childOf(free.secret, { scope: 'workload:BATCH' }), {
    workload: 'INFERENCE',
  })
  denied('a child token over its budget', await childOf(free.secret, { max_cost: '0.05' }), dollar)

  const short = { expiresInSeconds: 60 }
  const account = async (name: string, input: object) => {
    const made = { organizationId: ids.organization, name, role: 'ADMIN', ...input }
    return done(owner.mutate('serviceAccountCreate', made, 'serviceAccount { id } token'))
  }
  const expiring = await account('expiring', short)
  const trusted = (await account('trusted', {})).serviceAccount.id
  await addCollaborator(owner, ids.project, trusted, 'MEMBER')
  add('an expired token of a service account', caller(expiring.token))
  const lasting = await account('lasting', {})
  const overlapping = await account('overlapping', {})
  const rotation = { id: overlapping.serviceAccount.id, overlapSeconds: 60 }
  await done(owner.mutate('serviceAccountTokenRotate', rotation))
  add('a retired token of a service account', caller(overlapping.token))
  const trust = await done(
    owner.mutate(
      'trustCreate',
      {
        projectId: ids.project,
        serviceAccountId: trusted,
        name: 'CI',
        issuer: issuer.url,
        conditions: [{ claim: 'repository', pattern: 'octo/app' }],
      },
      'trust { id }',
    ),
  )
  const identity = { subject_token_type: tokenType('id_token'), audience: trust.trust.id }
  const issued = await exchanged(app, { ...identity, subject_token: await issuer.sign(), expires_in: '60' })
  add('an expired token of a trust', caller(issued.access_token))
  const other = await issuer.sign({ repository: 'octo/other' })
  add('an identity token that a trust does not admit', exchange({ ...identity, subject_token: other }))
  const play = await done(owner.mutate('playgroundTokenCreate', { organizationId: ids.organization }, 'token'))
  add('an expired child token', decision(gateway, { secret: await childOf(free.secret, { expires_in: '60' }) }))
  add('an expired key that asks the graph', caller(expired.secret))
  add('a key of another network that asks the graph', caller(network.secret))
  add('a paused key that asks the graph', caller(paused.secret))
  add(
    'an exchange of an expired key',
    exchange({ subject_token: expired.secret, subject_token_type: tokenType('access_token') }),
  )

  const strict = await createProject(owner, ids.organization, 'Strict')
  await done(
    owner.mutate('projectKeyPolicySet', {
      projectId: strict,
      maxLifetimeSeconds: 3_600,
      models: ['online/*'],
      workloads: ['INFERENCE'],
      allowedIps: ['10.0.0.0/8'],
      maximumLimits: { budgets: [{ period: 'TOTAL', usd: '1' }] },
    }),
  )
  const within = {
    projectId: strict,
    models: ['online/one'],
    workloads: ['INFERENCE'],
    allowedIps: ['10.0.0.0/16'],
    expiresInSeconds: 60,
    limits: { budgets: [{ period: 'TOTAL', usd: '0.5' }] },
  }
  const beyond: [string, object][] = [
    ['lifetime', { expiresInSeconds: 7_200 }],
    ['models', { models: ['offline/one'] }],
    ['workloads', { workloads: ['BATCH'] }],
    ['networks', { allowedIps: ['11.0.0.0/8'] }],
    ['limits', { limits: { budgets: [{ period: 'TOTAL', usd: '2' }] } }],
  ]
  for (const [bound, more] of beyond) {
    add(
      `a new key beyond the ${bound} of a key policy`,
      mutation(owner.token, 'apiKeyCreate', { ...within, name: 'beyond', ...more }),
    )
  }
  add(
    'a new key by a member without a role',
    mutation(member.token, 'apiKeyCreate', { projectId: ids.project, name: 'mine' }),
  )
  add(
    'a new project by a member',
    mutation(member.token, 'projectCreate', { organizationId: ids.organization, name: 'Mine' }),
  )
  const legacy = foreignSecret()
  await done(owner.mutate('legacyKeyImport', { organizationId, secret: legacy }))

  const guest = await base.signUp('Guest')
  await database.sql(
    `UPDATE session SET expires_at = now() - interval '1 hour' WHERE user_id = (SELECT id FROM "user" WHERE email = $1)`,
    [guest.email],
  )
  add('an expired session', caller(guest.token))

  // Rows of what has been charged and used.
  const rich = { budgets: [{ period: 'DAY', usd: '1000' }], rates: [{ unit: 'TOKENS', per: 'DAY', max: '100000000' }] }
  const used = await limited({ ...rich, requestsPerMinute: 1_000 })
  await decision(gateway, { secret: used, ...tokens })(app)
  const usage = { eventId: 'used', credentialId: free.id, workload: 'INFERENCE', cost: '0.5' }
  await done(clientOf(app, gateway).mutate('usageRecord', { events: [usage] }, 'recorded'))

  database.clock.advance(2 * 60_000)
  const permitted = [
    { name: 'a key', outcome: decision(gateway, { secret: free.secret, model: 'online/one', ...dollar }) },
    { name: 'a key within its limits', outcome: decision(gateway, { secret: used, ...dollar }) },
    { name: 'a key of its network', outcome: decision(gateway, { secret: network.secret, clientIp: '10.0.0.1' }) },
    { name: 'a playground token', outcome: decision(gateway, { secret: play.token }) },
    { name: 'a legacy key', outcome: decision(gateway, { secret: legacy }) },
    { name: 'an identity token', outcome: exchange({ ...identity, subject_token: await issuer.sign() }) },
    { name: 'a person', outcome: caller(owner.token) },
    { name: 'an account', outcome: caller(lasting.token) },
  ]
  return { forbidden, permitted }
}
