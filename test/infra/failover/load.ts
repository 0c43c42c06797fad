import { setTimeout as delay } from 'node:timers/promises'
import { Keyward } from '@keyward/sdk'
import { createGateway, type Gateway } from '@keyward/sdk/gateway'
import { generateSecret } from '../../../schema/api-key/secret.ts'
import type { Json } from '../app.ts'
import type { Fleet } from './fleet.ts'
import { type Outcome, Requests } from './requests.ts'

/** The documents of the load's mutations. */
export const MUTATIONS = {
  organization: `mutation ($input: OrganizationCreateInput!) { organizationCreate(input: $input) {
    ... on OrganizationCreatePayload { organization { id defaultProject { id } } } ... on Error { message } } }`,
  create: `mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) {
    ... on ApiKeyCreatePayload { apiKey { id } secret } ... on Error { message } } }`,
  revoke: `mutation ($input: ApiKeyRevokeInput!) { apiKeyRevoke(input: $input) {
    ... on ApiKeyRevokePayload { apiKey { id status } } ... on Error { message } } }`,
  record: `mutation ($input: UsageRecordInput!) { usageRecord(input: $input) {
    ... on UsageRecordPayload { recorded duplicates rejected { code } } ... on Error { message } } }`,
}
const VERIFY = `query ($inputs: [ApiKeyVerifyInput!]!) { apiKeysVerify(inputs: $inputs) {
  __typename ... on ApiKeyDenied { reason } } }`

/** Known keys, revoked keys, and an unknown one. */
const KNOWN = 10
const REVOKED = 3
/** The pause of each client between two requests, in milliseconds. */
const PAUSE = 40

/** The longest wait for the last answers, in milliseconds. */
const LAST_ANSWER = 30_000

/** An instance with one organization, which the load uses. */
export interface Tenant {
  /** The session of the Owner. */
  session: string
  gatewayToken: string
  organizationId: string
  projectId: string
  known: { id: string; secret: string }[]
  revoked: { id: string; secret: string }[]
  /** The number of usage events that gateway modules have accepted, by the id of the key. */
  recorded: Map<string, number>
}

/** Changes that were acknowledged, with the time of `performance.now()`. */
export interface Journal {
  /** By the id of the key. */
  created: Map<string, number>
  revoked: Map<string, number>
  events: { eventId: string; credentialId: string; at: number }[]
}

/** A steady load, until it is stopped. */
export interface Load {
  requests: Requests
  journal: Journal
  gateway: Gateway
  stop(): Promise<void>
}

/** Asks the graph through HAProxy. Throws if the answer is an error. */
export async function ask(fleet: Pick<Fleet, 'url'>, token: string, query: string, variables: object): Promise<Json> {
  const response = await fetch(`${fleet.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  })
  const text = await response.text()
  if (!text.startsWith('{')) throw new Error(`${response.status} ${text.slice(0, 100).replaceAll(/\s+/g, ' ')}`)
  const { data, errors } = JSON.parse(text)
  if (errors) throw new Error(`${response.status} ${errors[0].extensions?.code}: ${errors[0].message}`)
  return data
}

/** Runs a mutation, and returns its payload. Throws if the answer is an error. */
export async function mutateAs(
  fleet: Pick<Fleet, 'url'>,
  token: string,
  name: keyof typeof MUTATIONS,
  input: object,
): Promise<Json> {
  const [payload] = Object.values<Json>(await ask(fleet, token, MUTATIONS[name], { input }))
  if (payload.message) throw new Error(payload.message)
  return payload
}

/** The decision of the forward-auth endpoint: null if it allows the key, otherwise the reason. */
export async function authorize(fleet: Fleet, { gatewayToken }: Tenant, secret: string): Promise<string | null> {
  const headers = { 'keyward-gateway': gatewayToken, authorization: `Bearer ${secret}` }
  const response = await fetch(`${fleet.inside}/authorize`, { headers })
  await response.arrayBuffer()
  const reason = response.headers.get('keyward-reason')
  // Without the header, HAProxy answers.
  if (reason === null) throw new Error(`${response.status} without a decision`)
  return response.status === 200 ? null : reason
}

/** Makes an account, an organization with keys, and a gateway. */
export async function makeTenant(fleet: Fleet): Promise<Tenant> {
  const [first] = fleet.replicas
  if (!first) throw new Error('There is no replica')
  const session = decodeURIComponent(await first.signUp('ada@example.com', 'correct horse battery'))
  const mutate = (name: keyof typeof MUTATIONS, input: object) => mutateAs(fleet, session, name, input)
  const { organization } = await mutate('organization', { name: 'Acme' })
  const projectId: string = organization.defaultProject.id
  const make = async (name: string) => {
    const { apiKey, secret } = await mutate('create', { projectId, name })
    return { id: String(apiKey.id), secret: String(secret) }
  }
  const known = []
  for (let index = 0; index < KNOWN; index += 1) known.push(await make(`known ${index}`))
  const revoked = []
  for (let index = 0; index < REVOKED; index += 1) {
    const key = await make(`revoked ${index}`)
    await mutate('revoke', { id: key.id })
    revoked.push(key)
  }
  const { stdout } = await fleet.operate('gateway', 'create', 'edge', '--json')
  return {
    session,
    gatewayToken: JSON.parse(stdout).token,
    organizationId: organization.id,
    projectId,
    known,
    revoked,
    recorded: new Map(),
  }
}

/**
 * Sends verifications by every interface at a steady rate, and unless `prefix` is null also key creations with their journal
 * and usage. Loads of one instance need different prefixes.
 */
export async function startLoad(fleet: Fleet, tenant: Tenant, prefix: string | null): Promise<Load> {
  const requests = new Requests()
  const journal: Journal = { created: new Map(), revoked: new Map(), events: [] }
  const ending = new AbortController()
  const givenUp = new AbortController()
  const gateway = createGateway({ baseUrl: fleet.url, token: tenant.gatewayToken })
  await gateway.ready()
  const unknown = generateSecret('proj')

  const repeat = async (work: (count: number) => Promise<unknown>, pause = PAUSE) => {
    for (let count = 0; !ending.signal.aborted; count += 1) {
      await work(count)
      await delay(pause)
    }
  }
  const pick = <T>(list: readonly T[], count: number): T => {
    const one = list[count % list.length]
    if (one === undefined) throw new Error('The list is empty')
    return one
  }
  /** Each kind of secret in turn, with the decision that it must get: null for allowed. */
  const secretFor = (count: number): { secret: string; reason: string | null } => {
    if (count % 4 === 1) return { secret: pick(tenant.revoked, count).secret, reason: 'REVOKED' }
    if (count % 16 === 3) return { secret: unknown, reason: 'NOT_FOUND' }
    return { secret: pick(tenant.known, count).secret, reason: null }
  }
  const judge = (is: string | null, must: string | null): { outcome: Outcome; reason: string } => {
    if (is === must) return { outcome: 'right', reason: '' }
    const reason = `decided ${is ?? 'allowed'} instead of ${must ?? 'allowed'}`
    return { outcome: is === 'UNAVAILABLE' ? 'unavailable' : 'false', reason }
  }

  const byGraph = (count: number) =>
    requests.time('apiKeysVerify', async () => {
      const { secret, reason } = secretFor(count)
      const data = await ask(fleet, tenant.gatewayToken, VERIFY, { inputs: [{ secret }] })
      return judge(data.apiKeysVerify[0].reason ?? null, reason)
    })
  const byForwardAuth = (count: number) =>
    requests.time('/authorize', async () => {
      const { secret, reason } = secretFor(count)
      return judge(await authorize(fleet, tenant, secret), reason)
    })
  const byModule = (count: number) =>
    requests.time('gateway module', async () => {
      const { secret, reason } = secretFor(count)
      const answer = await gateway.authorize(secret)
      if (answer.__typename !== 'ApiKeyAllowed') return judge(answer.reason, reason)
      if (count % 5 === 0) {
        await gateway.record({ answer, workload: 'INFERENCE', cost: '0.001' })
        tenant.recorded.set(answer.credentialId, (tenant.recorded.get(answer.credentialId) ?? 0) + 1)
      }
      return judge(null, reason)
    })

  const change = async (lane: number, count: number) => {
    const name = `${prefix} ${lane} key ${count}`
    const made = await requests.time<{ id: string; secret: string }>('apiKeyCreate', async () => {
      const data = await ask(fleet, tenant.session, MUTATIONS.create, { input: { projectId: tenant.projectId, name } })
      const { apiKey, secret, message } = data.apiKeyCreate
      if (!apiKey) return { outcome: 'unavailable', reason: message }
      return { outcome: 'right', value: { id: apiKey.id, secret } }
    })
    if (made === null) return
    journal.created.set(made.id, performance.now())
    // Its first use, at any replica.
    await requests.time('a new key', async () => judge(await authorize(fleet, tenant, made.secret), null))
    const event = { eventId: name.replaceAll(' ', '-'), credentialId: made.id }
    await requests.time('usageRecord', async () => {
      const events = [{ ...event, workload: 'INFERENCE', occurredAt: new Date().toISOString(), cost: '0.01' }]
      const { usageRecord } = await ask(fleet, tenant.gatewayToken, MUTATIONS.record, { input: { events } })
      if (usageRecord.recorded !== 1) return { outcome: 'false', reason: JSON.stringify(usageRecord) }
      journal.events.push({ ...event, at: performance.now() })
      return { outcome: 'right' }
    })
    if (count % 2 === 0) return
    await requests.time('apiKeyRevoke', async () => {
      const { apiKeyRevoke } = await ask(fleet, tenant.session, MUTATIONS.revoke, { input: { id: made.id } })
      if (apiKeyRevoke.apiKey?.status !== 'REVOKED') return { outcome: 'false', reason: apiKeyRevoke.message }
      journal.revoked.set(made.id, performance.now())
      return { outcome: 'right' }
    })
  }

  // The SDK repeats a creation under one idempotency key, until it is acknowledged.
  const owner = new Keyward({ baseUrl: fleet.url, token: tenant.session, maxRetries: 100 })
  const create = async (count: number) => {
    const name = `${prefix} SDK key ${count}`
    const { apiKey } = await owner.apiKeys.create({ projectId: tenant.projectId, name }, { signal: givenUp.signal })
    journal.created.set(apiKey.id, performance.now())
  }

  const changing = () => [repeat(create), ...[0, 1, 2].map((lane) => repeat((count) => change(lane, count)))]
  const lanes = [
    ...[0, 1].map((lane) => repeat((count) => byGraph(count * 2 + lane))),
    ...[0, 1].map((lane) => repeat((count) => byForwardAuth(count * 2 + lane))),
    repeat(byModule),
    ...(prefix === null ? [] : changing()),
  ]
  const stop = async () => {
    ending.abort()
    // The SDK repeats a request until it is answered.
    const timer = setTimeout(() => givenUp.abort(), LAST_ANSWER)
    await Promise.allSettled(lanes)
    clearTimeout(timer)
    // Usage that is not recorded is missing in the sums.
    await gateway.close({ timeout: LAST_ANSWER }).catch(() => undefined)
  }
  let stopping: Promise<void> | null = null
  return {
    requests,
    journal,
    gateway,
    stop() {
      stopping ??= stop()
      return stopping
    },
  }
}
