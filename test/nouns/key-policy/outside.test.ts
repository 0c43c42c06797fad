import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Client, Json } from '../../infra/app.ts'
import { createKey, createOrganization, createProject, startWorld, type World } from '../../infra/world.ts'

/* Keys that exceed a key policy are listed, as their own fields say, and keep working. */

let world: World
let owner: Client
let organizationId: string
let projects: string[]
beforeAll(async () => {
  world = await startWorld()
  owner = world.as.owner
  organizationId = (await createOrganization(owner, 'Outside')).id
  projects = [await createProject(owner, organizationId, 'Loose'), await createProject(owner, organizationId, 'Strict')]
  const account = { organizationId, name: 'deployer', role: 'ADMIN' }
  const serviceAccount = world.client((await owner.mutate('serviceAccountCreate', account, 'token')).token)
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
  for (const projectId of projects) {
    for (const [name, input] of [
      ['unbound', {}],
      ['expires in a day', { expiresAt: inDays(1) }],
      ['expires in a year', { expiresAt: inDays(365) }],
      ['inference', { workloads: ['INFERENCE'] }],
      ['inference and batch', { workloads: ['INFERENCE', 'BATCH'] }],
      ['meta', { models: ['meta/*'] }],
      ['llama and all of openai', { models: ['meta/llama', 'openai/*'] }],
      ['inside', { allowedIps: ['10.1.0.0/16', '2001:db8::1'] }],
      ['partly outside', { allowedIps: ['10.1.0.0/16', '192.0.2.0/24'] }],
      ['1 dollar a day', { limits: { budgets: [{ period: 'DAY', usd: '1' }] } }],
      ['9.99 dollars a day', { limits: { budgets: [{ period: 'DAY', usd: '9.99' }] } }],
      ['alerts', { limits: { budgets: [{ period: 'DAY', usd: '1', onLimit: 'ALERT' }] } }],
      ['60 a minute', { limits: { requestsPerMinute: 60 } }],
      [
        '60 a minute of a model',
        { limits: { rates: [{ unit: 'REQUESTS', per: 'MINUTE', max: '60', model: 'meta/*' }] } },
      ],
    ] as const) {
      await createKey(owner, projectId, name, input)
    }
    await createKey(serviceAccount, projectId, 'by a service account')
    const revoked = await createKey(owner, projectId, 'revoked')
    await owner.mutate('apiKeyRevoke', { id: revoked.id })
    const rotated = await createKey(owner, projectId, 'rotated')
    await owner.mutate('apiKeyRotate', { id: rotated.id, overlapSeconds: 3600 })
  }
})
afterAll(() => world?.close())

const LISTS = `query ($id: ID!, $rules: [KeyRule!]) { organization(id: $id) {
  apiKeysOutsidePolicy(first: 100, rules: $rules) { nodes { id } totalCount }
  apiKeys(first: 100) { nodes { id name policyViolations { rule message } } } } }`

const RULES = ['CREATORS', 'MAXIMUM_LIMITS', 'EXPIRATION', 'ROTATION', 'WORKLOADS', 'MODELS', 'ALLOWED_IPS']
const POLICIES: [string, object][] = [
  ['no bounds', {}],
  ['creators', { creators: 'SERVICE_ACCOUNTS' }],
  ['a required expiration', { requiresExpiration: true }],
  ['a maximum lifetime', { maxLifetimeSeconds: 30 * 86_400 }],
  ['workloads', { workloads: ['INFERENCE'] }],
  ['models', { models: ['meta/*'] }],
  ['networks', { allowedIps: ['10.0.0.0/8', '2001:db8::/32'] }],
  ['a rate', { maximumLimits: { requestsPerMinute: 100 } }],
  ['a rejecting budget', { maximumLimits: { budgets: [{ period: 'DAY', usd: '5' }] } }],
  ['an alerting budget', { maximumLimits: { budgets: [{ period: 'DAY', usd: '5', onLimit: 'ALERT' }] } }],
  ['a rotation', { rotateEveryDays: 7 }],
]
const NONE = {
  creators: null,
  maximumLimits: null,
  maxLifetimeSeconds: null,
  requiresExpiration: null,
  rotateEveryDays: null,
  workloads: null,
  models: null,
  allowedIps: null,
}

test.each(POLICIES)('the list of keys outside the policy matches each key’s field for %s', async (_bound, policy) => {
  // Half of the secrets are 8 days old.
  await world.database.sql(
    `UPDATE api_key_secret s SET created_at = now() - interval '8 days' FROM api_key k
      WHERE k.id = s.api_key_id AND s.version = 1 AND length(k.name) % 2 = 0`,
  )
  for (const set of [
    (given: object) => owner.mutate('organizationKeyPolicySet', { organizationId, ...NONE, ...given }),
    (given: object) => owner.mutate('projectKeyPolicySet', { projectId: projects[1], ...NONE, ...given }),
  ]) {
    expect((await set(policy)).__typename).toMatch(/Payload$/)
    for (const rules of [null, ...RULES.map((rule) => [rule])]) {
      const { data } = await owner.ask(LISTS, { id: organizationId, rules })
      const { apiKeysOutsidePolicy: listed, apiKeys } = data.organization
      const told = apiKeys.nodes.filter(({ policyViolations }: Json) =>
        policyViolations.some(({ rule }: Json) => rules === null || rules.includes(rule)),
      )
      expect(listed.nodes.map(({ id }: Json) => id)).toEqual(told.map(({ id }: Json) => id))
      expect(listed.totalCount).toBe(told.length)
      // A bound that finds nothing would prove nothing.
      if (rules === null) expect(told.length > 0).toBe(Object.keys(policy).length > 0)
    }
    await set({})
  }
})
