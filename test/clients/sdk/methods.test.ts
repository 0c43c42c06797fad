import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { ForbiddenError, type Keyward } from '@keyward/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGateway } from '../../../schema/gateway/service.ts'
import { loadModels } from '../../../schema/model/load.ts'
import * as documents from '../../../sdk/src/generated/documents.ts'
import { factsOf } from '../../../sdk/src/internal/document.ts'
import { type SdkWorld, startSdkWorld } from './world.ts'

let world: SdkWorld
const called = new Set<string>()

beforeAll(async () => {
  world = await startSdkWorld()
  const { app } = world
  const { fetch } = app
  app.fetch = async (request, connection) => {
    const { query = '' } = await request.clone().json()
    called.add(factsOf(query)?.name ?? '')
    return fetch(request, connection)
  }
})
afterAll(() => world.close())

const items = async <Item>(list: PromiseLike<{ items: readonly Item[] }>): Promise<readonly Item[]> =>
  (await list).items
const tokenOf = (acceptUrl: string): string => new URL(acceptUrl).hash.replace('#token=', '')

async function join(owner: Keyward, organizationId: string, name: string) {
  const { client, email } = await world.person(name)
  const { invitation, acceptUrl } = await owner.members.invite({ organizationId, email, role: 'MEMBER' })
  expect(await owner.invitations.get(invitation.id)).toEqual(invitation)
  expect(await client.invitations.preview(tokenOf(acceptUrl))).toMatchObject({ role: 'MEMBER', isForViewer: true })
  const accepted = await client.invitations.accept({ token: tokenOf(acceptUrl) })
  expect(accepted.organization.id).toBe(organizationId)
  const members = await items(owner.members.list({ organizationId }))
  const member = members.find(({ principal }) => principal.name === name)
  if (!member) throw new Error(`${name} did not join`)
  return { client, email, member }
}

test('every method of organizations and projects works', async () => {
  const { owner } = world
  const { id } = await owner.organizations.create({ name: 'Second', defaultProjectName: 'Main' })
  expect(await owner.organizations.update({ id, name: 'Renamed' })).toMatchObject({ id, name: 'Renamed' })
  expect(await owner.organizations.update({ id, hashConsumers: false })).toMatchObject({
    name: 'Renamed',
    hashConsumers: false,
  })
  expect(await owner.organizations.update({ id, timeZone: 'Europe/Berlin' })).toMatchObject({
    timeZone: 'Europe/Berlin',
    sumsByHalfHourSince: null,
  })
  expect(await owner.organizations.get(id)).toMatchObject({ viewerRole: 'OWNER', defaultProject: { name: 'Main' } })
  expect(await items(owner.organizations.list())).toHaveLength(2)
  const project = await owner.projects.create({ organizationId: id, name: 'Lab', description: 'Trials' })
  await owner.projects.update({ id: project.id, name: 'Laboratory' })
  expect(await owner.projects.get(project.id)).toMatchObject({ name: 'Laboratory', description: 'Trials' })
  expect((await owner.projects.pause({ id: project.id })).project.pausedAt).toMatch(/Z$/)
  expect((await owner.projects.resume({ id: project.id })).pausedAt).toBeNull()
  expect((await owner.organizations.pause({ id })).organization.pausedAt).toMatch(/Z$/)
  expect((await owner.organizations.resume({ id })).pausedAt).toBeNull()
  expect((await owner.projects.archive({ id: project.id })).archivedAt).toMatch(/Z$/)
  expect(await items(owner.projects.list({ organizationId: id }))).toHaveLength(1)
  expect(await items(owner.projects.list({ organizationId: id, includeArchived: true }))).toHaveLength(2)
  expect((await owner.projects.restore({ id: project.id })).archivedAt).toBeNull()
  await owner.projects.archive({ id: project.id })
  expect(await owner.projects.getDeletionContents(project.id)).toMatchObject({ apiKeys: 0, collaborators: 1 })
  expect((await owner.projects.delete({ id: project.id, name: 'Laboratory' })).id).toBe(id)
  expect(await owner.organizations.getDeletionContents(id)).toMatchObject({ projects: 1, members: 1 })
  expect((await owner.organizations.delete({ id, name: 'Renamed' })).organization.deletesAt).toMatch(/Z$/)
  expect((await owner.organizations.cancelDeletion({ id })).deletesAt).toBeNull()
  expect(await items(owner.viewer.projects())).toHaveLength(3)
})

test('every method of keys works, from creation to revocation', async () => {
  const { owner, projectId, organizationId, as } = world
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
  const { apiKey, secret } = await owner.apiKeys.create({ projectId, name: 'worker', workloads: ['INFERENCE'] })
  const { id } = apiKey
  expect(apiKey).toMatchObject({
    name: 'worker',
    status: 'ACTIVE',
    workloads: ['INFERENCE'],
    project: { id: projectId },
  })
  expect(Object.keys(apiKey)).not.toContain('__typename')
  expect(await as(secret).viewer.get()).toMatchObject({ kind: 'API_KEY', actor: { __typename: 'ApiKey', id } })
  // A key may not read the creator, so that field is null.
  expect(await as(secret).apiKeys.get(id)).toMatchObject({ id, createdBy: null, createdByName: 'Owner' })
  expect((await owner.apiKeys.setExpiration({ id, expiresAt })).expiresAt).toBe(expiresAt)
  expect((await owner.apiKeys.setExpiration({ id, expiresAt: null })).expiresAt).toBeNull()
  expect((await owner.apiKeys.setScopes({ id, workloads: ['BATCH'] })).workloads).toEqual(['BATCH'])
  const tags = [{ key: 'team', value: 'search' }]
  expect(await owner.apiKeys.update({ id, name: 'batch', tags })).toMatchObject({ name: 'batch', tags })
  const rotated = await owner.apiKeys.rotate({ id, overlapSeconds: 600 })
  expect(rotated.secret).not.toBe(secret)
  expect(rotated.apiKey.rotation).toMatchObject({ safeToFinish: false })
  expect((await owner.apiKeys.undoRotation({ id })).rotation).toBeNull()
  await owner.apiKeys.rotate({ id, overlapSeconds: 600 })
  expect((await owner.apiKeys.finishRotation({ id })).secretVersions).toHaveLength(3)
  const child = await owner.apiKeys.createToken({ id, expiresInSeconds: 60 })
  expect(child).toMatchObject({ token: expect.stringMatching(/^kw_tmp_/), expiresAt: expect.any(String) })
  expect((await owner.apiKeys.pause({ id })).apiKey.status).toBe('PAUSED')
  expect((await owner.apiKeys.resume({ id })).status).toBe('ACTIVE')
  expect((await owner.apiKeys.revoke({ id, reason: 'REPLACED' })).apiKey).toMatchObject({
    revocationReason: 'REPLACED',
  })
  const { outcomes } = await owner.apiKeys.revokeMany({ ids: [id, 'key_unknown'] })
  expect(outcomes).toMatchObject([
    { id, apiKey: { id }, error: null },
    { id: 'key_unknown', apiKey: null, error: { __typename: 'NotFoundError' } },
  ])
  const revoked = { statuses: ['REVOKED' as const] }
  expect(await items(owner.apiKeys.list({ projectId, filter: revoked }))).toMatchObject([{ id }])
  expect(await items(owner.apiKeys.listOfOrganization({ organizationId, filter: revoked }))).toMatchObject([{ id }])
  expect(await items(owner.viewer.apiKeys({ filter: revoked }))).toMatchObject([{ id }])
  for (const counts of [
    await owner.apiKeys.getCounts(projectId, revoked),
    await owner.apiKeys.getCountsOfOrganization(organizationId, revoked),
  ]) {
    expect(counts).toMatchObject({ totalCount: 1, totalCountCapped: false })
    expect(counts?.countsByStatus).toContainEqual({ status: 'REVOKED', count: 1, countCapped: false })
    expect(counts?.countsByAdvice).toContainEqual({ advice: 'LEAKED', count: 0, countCapped: false })
  }

  const sha256 = createHash('sha256').update(randomBytes(16)).digest('hex')
  const rows = [
    { name: 'imported', sha256, projectId },
    { name: '', sha256 },
  ]
  const [imported, refused] = await owner.apiKeys.import({ organizationId, rows })
  expect(imported).toMatchObject({ row: 0, apiKey: { name: 'imported', imported: true }, error: null })
  expect(refused).toMatchObject({ row: 1, apiKey: null, error: { __typename: 'ValidationError', code: 'VALIDATION' } })
})

test('every method of members, invitations, collaborators and ownership works', async () => {
  const { owner, organizationId, projectId } = world
  const { client: bea, member } = await join(owner, organizationId, 'Bea')
  expect(await owner.members.get(member.id)).toEqual(member)
  expect((await owner.members.setRole({ id: member.id, role: 'ADMIN' })).member.role).toBe('ADMIN')
  const without = await items(owner.members.listSecondFactors({ organizationId, hasSecondFactor: false }))
  expect(without).toMatchObject([{ hasSecondFactor: false }, { id: member.id, hasSecondFactor: false }])
  expect(await items(owner.members.list({ organizationId, hasSecondFactor: true }))).toEqual([])
  expect(await items(owner.organizations.listPeopleWithoutSecondFactor({ organizationId }))).toMatchObject([
    { name: 'Owner' },
    { name: 'Bea' },
  ])
  const { invitation } = await owner.members.invite({ organizationId, email: 'late@example.com', role: 'MEMBER' })
  expect(await items(owner.invitations.list({ organizationId }))).toMatchObject([{ id: invitation.id }])
  expect((await owner.invitations.cancel({ id: invitation.id })).status).toBe('CANCELLED')

  const added = await owner.collaborators.add({ projectId, principalId: member.principal.id, role: 'MEMBER' })
  const id = added.collaborator?.id ?? ''
  expect(await owner.collaborators.get(id)).toMatchObject({ id, external: false })
  expect((await owner.collaborators.setRole({ id, role: 'ADMIN' }))?.role).toBe('ADMIN')
  const invited = await owner.collaborators.add({ projectId, email: 'guest@example.com', role: 'MEMBER' })
  expect(invited).toMatchObject({ collaborator: null, invitation: { email: 'guest@example.com' } })
  expect(await items(owner.invitations.listOfProject({ projectId }))).toMatchObject([{ id: invited.invitation?.id }])
  expect((await items(owner.collaborators.list({ projectId }))).map((one) => one.id)).toContain(id)
  expect((await owner.collaborators.remove({ id })).project?.id).toBe(projectId)

  expect(await owner.ownership.get(organizationId)).toBeNull()
  const offer = await owner.ownership.offer({ organizationId, memberId: member.id })
  expect(await bea.ownership.get(organizationId)).toEqual(offer)
  expect((await owner.ownership.cancel({ organizationId })).id).toBe(organizationId)
  await owner.ownership.offer({ organizationId, memberId: member.id })
  expect((await bea.ownership.accept({ organizationId })).owner?.name).toBe('Bea')
  const former = (await items(bea.members.list({ organizationId }))).find(({ principal }) => principal.name === 'Owner')
  await bea.ownership.offer({ organizationId, memberId: former?.id ?? '' })
  await owner.ownership.accept({ organizationId })
  expect(await owner.members.lastSeenTokens(member.id)).toMatchObject({ id: member.id, lastSeenTokens: [] })
  const removed = await owner.members.remove({ id: member.id, keepTokensOf: [] })
  expect(removed).toMatchObject({ organization: { id: organizationId }, endedTokens: [], keptTokens: [] })
})

test('every method of trusts works', async () => {
  const { owner, organizationId, projectId } = world
  const { serviceAccount } = await owner.serviceAccounts.create({ organizationId, name: 'ci', role: 'MEMBER' })
  await owner.collaborators.add({ projectId, principalId: serviceAccount.id, role: 'MEMBER' })
  const conditions = [{ claim: 'repository', pattern: 'octo/app' }]
  const issuer = 'https://token.actions.githubusercontent.com'
  const given = { projectId, serviceAccountId: serviceAccount.id, name: 'CI', issuer, conditions }
  const { id } = await owner.trusts.create(given)
  expect(await owner.trusts.get(id)).toMatchObject({ id, issuer, conditions, enabled: true, lastUsedAt: null })
  expect(await owner.trusts.update({ id, enabled: false })).toMatchObject({ id, enabled: false })
  expect(await items(owner.trusts.list({ projectId }))).toMatchObject([{ id, name: 'CI' }])
  await owner.trusts.delete({ id })
  expect(await items(owner.trusts.list({ projectId }))).toEqual([])
  await owner.serviceAccounts.remove({ id: serviceAccount.id })
})

test('every method of service accounts, the legacy key and the audit log works', async () => {
  const { owner, organizationId, projectId, as } = world
  const { serviceAccount, token } = await owner.serviceAccounts.create({
    organizationId,
    name: 'deploy',
    role: 'MEMBER',
  })
  const { id } = serviceAccount
  expect((await as(token).viewer.get()).kind).toBe('SERVICE_ACCOUNT')
  expect(await as(token).viewer.getNotices()).toBeNull()
  expect((await owner.viewer.setNotices({ byMail: false })).noticesByMail).toBe(false)
  const leaver = await world.person('Leaver')
  expect((await leaver.client.viewer.erase({ email: leaver.email })).sessions).toBe(1)
  expect((await owner.viewer.getNotices())?.noticesByMail).toBe(false)
  expect(await owner.serviceAccounts.get(id)).toMatchObject({ id, name: 'deploy' })
  expect(await items(owner.serviceAccounts.list({ organizationId }))).toMatchObject([{ id }])
  expect((await owner.serviceAccounts.rotateToken({ id })).token).not.toBe(token)
  expect((await owner.serviceAccounts.remove({ id })).organization?.id).toBe(organizationId)

  expect(await owner.legacyKey.get(organizationId)).toBeNull()
  const secret = `legacy-${randomBytes(16).toString('hex')}`
  const legacyKey = await owner.legacyKey.import({ organizationId, secret })
  expect(await owner.legacyKey.get(organizationId)).toEqual(legacyKey)
  expect((await owner.legacyKey.reveal({ organizationId })).secret).toBe(secret)
  expect((await owner.legacyKey.regenerate({ organizationId })).secret).not.toBe(secret)

  const [event] = await items(owner.auditLog.list({ organizationId, filter: { actions: ['project.created'] } }))
  expect(await owner.auditLog.get(event?.id ?? '')).toEqual(event)
  expect(event).toMatchObject({ target: { type: 'Project', id: projectId }, actor: { kind: 'USER', name: 'Owner' } })
  expect((await items(owner.auditLog.listOfProject({ projectId }))).length).toBeGreaterThan(0)

  expect(await owner.node(projectId)).toMatchObject({ __typename: 'Project', name: 'Production' })
  expect(await owner.nodes([organizationId, 'nothing'])).toMatchObject([{ __typename: 'Organization' }, null])
  expect(await owner.node('nothing')).toBeNull()
  const explained = await owner.explain({ action: 'apiKey:create', on: projectId })
  expect(explained).toMatchObject({ allowed: true, role: 'OWNER' })
  // Only gateways may call it.
  await expect(owner.apiKeys.verify([{ secret: token }])).rejects.toThrow(ForbiddenError)
  const stream = owner.apiKeys.changes({ projectId })
  const first = stream.next()
  const ofAll = owner.apiKeys.changesOfOrganization({ organizationId })
  const firstOfAll = ofAll.next()
  const { apiKey } = await owner.apiKeys.create({ projectId, name: 'followed' }, { timeout: 20_000 })
  // The stream starts when it connects, which can be after that creation.
  await owner.apiKeys.revoke({ id: apiKey.id })
  expect((await first).value).toMatchObject({ apiKey: { id: apiKey.id } })
  expect((await firstOfAll).value).toMatchObject({ apiKey: { id: apiKey.id } })
  for (const each of [stream, ofAll]) await each.return?.()
})

test('every method of resources and models works', async () => {
  const { owner, projectId } = world
  const resource = await owner.resources.register({ projectId, kind: 'FINE_TUNED_MODEL', name: 'ours' })
  expect(resource).toMatchObject({ kind: 'FINE_TUNED_MODEL', name: 'ours', project: { id: projectId } })
  expect(await owner.resources.register({ projectId, kind: 'FINE_TUNED_MODEL', name: 'ours' })).toEqual(resource)
  expect(await owner.resources.get(resource.id)).toEqual(resource)
  expect(await items(owner.resources.list({ projectId, kind: 'FINE_TUNED_MODEL' }))).toEqual([resource])
  expect((await owner.resources.remove({ id: resource.id }))?.id).toBe(projectId)

  const own = { slug: 'acme/own', displayName: 'Own', workload: 'INFERENCE', project: projectId }
  const prices = [{ lineItem: 'INPUT_TOKENS', usd: '0.20' }]
  const open = { slug: 'public/batch', displayName: 'Public', workload: 'BATCH', status: 'OFFLINE', prices }
  await loadModels(world.app.runtime, { models: [own, open] })
  const [first, second] = await items(owner.models.list())
  expect(first).toMatchObject({ slug: 'acme/own', project: { id: projectId }, prices: [] })
  expect(second).toMatchObject({ project: null, prices: [{ usd: '0.2', unit: 'PER_MILLION' }] })
  expect(await items(owner.models.listOfProject({ projectId, status: 'OFFLINE' }))).toEqual([second])
  expect(await owner.models.get(first?.id ?? '')).toEqual(first)
})

test('every method of playgrounds and key policies works', async () => {
  const { owner, organizationId, projectId } = world
  const token = await owner.playground.createToken({ organizationId })
  expect(token).toMatchObject({ token: expect.stringMatching(/^kw_play_/), organization: { id: organizationId } })
  const project = await owner.projects.create({ organizationId, name: 'Bound' })
  const { apiKey } = await owner.apiKeys.create({ projectId: project.id, name: 'playing' })
  const [newest] = await items(owner.playground.apiKeys({ pageSize: 1 }))
  expect(newest).toEqual(apiKey)
  const called = (await items(owner.playground.models())).find(({ model }) => model.slug === 'acme/own')
  expect(called).toMatchObject({ model: { slug: 'acme/own' }, projects: [{ id: projectId }] })

  const maximumLimits = { rates: [{ unit: 'REQUESTS', per: 'MINUTE', max: '60', model: null }], budgets: [] } as const
  const unbound = {
    maxLifetimeSeconds: null,
    requiresExpiration: false,
    rotateEveryDays: null,
    workloads: [],
    models: [],
    allowedIps: [],
    creators: 'ANYONE',
  }
  const bound = await owner.projects.setKeyPolicy({ projectId: project.id, maximumLimits, maxLifetimeSeconds: 3600 })
  expect(bound.id).toBe(project.id)
  expect(await owner.projects.getKeyPolicy(project.id)).toEqual({
    defaultLimits: { requestsPerMinute: null, rates: [], budgets: [], maxConcurrent: null },
    maximumLimits: { requestsPerMinute: 60, maxConcurrent: null, ...maximumLimits },
    ...unbound,
    maxLifetimeSeconds: 3600,
    leakedKeyAction: 'REVOKE',
    organizationPolicy: await owner.organizations.getKeyPolicy(organizationId),
  })

  const policy = { organizationId, rotateEveryDays: 30, workloads: ['INFERENCE'] } as const
  expect((await owner.organizations.setKeyPolicy(policy)).id).toBe(organizationId)
  expect(await owner.organizations.getKeyPolicy(organizationId)).toEqual({
    maximumLimits: { requestsPerMinute: null, rates: [], budgets: [], maxConcurrent: null },
    ...unbound,
    rotateEveryDays: 30,
    workloads: ['INFERENCE'],
    whenCreatorLeaves: 'KEEP',
  })
  const outside = await items(owner.apiKeys.listOutsidePolicy({ organizationId, rules: ['WORKLOADS'] }))
  expect(outside.map(({ id }) => id)).toContain(apiKey.id)
  expect((await owner.apiKeys.getPolicyViolations(apiKey.id))?.policyViolations?.map(({ rule }) => rule)).toEqual([
    'EXPIRATION',
    'MAXIMUM_LIMITS',
    'WORKLOADS',
  ])
  await owner.organizations.setKeyPolicy({ organizationId, rotateEveryDays: null, workloads: null })
})

test('every method of usage and costs works', async () => {
  const { owner, organizationId, projectId } = world
  const { apiKey } = await owner.apiKeys.create({ projectId, name: 'metered' })
  const [from, to] = ['2026-01-01T00:00:00.000Z', '2026-01-03T00:00:00.000Z']
  const occurredAt = new Date().toISOString()
  // Only gateways may call it.
  const events = [{ eventId: 'one', credentialId: apiKey.id, workload: 'INFERENCE' as const, occurredAt, cost: '1' }]
  await expect(owner.usage.record({ events })).rejects.toThrow(ForbiddenError)
  const costs = await owner.costAnalytics.get(organizationId, { from, to, groupBy: ['CREDENTIAL'] })
  expect(costs).toMatchObject({ total: '0', totalRequests: '0', currency: 'USD' })
  expect(costs?.buckets).toEqual([
    { start: from, end: '2026-01-02T00:00:00.000Z', groups: [] },
    { start: '2026-01-02T00:00:00.000Z', end: to, groups: [] },
  ])
  expect((await owner.costAnalytics.getOfProject(projectId, { from, to }))?.buckets).toHaveLength(2)
  await owner.apiKeys.update({ id: apiKey.id, tags: [{ key: 'team', value: 'search' }] })
  expect((await owner.costAnalytics.tagKeys(organizationId)).tagKeys).toContain('team')
  expect((await owner.costAnalytics.tagKeysOfProject(projectId)).tagKeys).toContain('team')
  const byTag = { from, to, groupBy: ['TAG'] as const, tagKey: 'team', filter: { tags: [{ key: 'team', value: 'x' }] } }
  expect(await owner.costAnalytics.get(organizationId, byTag)).toMatchObject({ total: '0' })
  const hour = { hour: occurredAt, workload: 'INFERENCE' as const }
  const charge = { adjustmentId: 'one', apiKeyId: apiKey.id, amount: '1.5', reason: 'Missing usage.', ...hour }
  expect(await owner.usage.adjust(charge)).toMatchObject({ amount: '1.5' })
  await owner.usage.adjust({ ...charge, adjustmentId: 'two', amount: '-1.5' })
  const { usageAdjustments } = await owner.usage.adjustments(apiKey.id)
  expect(usageAdjustments?.nodes).toMatchObject([{ amount: '-1.5' }, { amount: '1.5' }])
  const used = await owner.usage.ofApiKey(apiKey.id, { from, to, granularity: 'HOUR' })
  expect(used.usage?.buckets).toHaveLength(48)
  const empty = { total: '0', buckets: [{ groups: [] }, { groups: [] }] }
  expect(await owner.denials.get(organizationId, { from, to, groupBy: ['CREDENTIAL'] })).toMatchObject(empty)
  expect(await owner.denials.getOfProject(projectId, { from, to })).toMatchObject(empty)
  expect((await owner.denials.ofApiKey(apiKey.id, { from, to })).denials).toMatchObject(empty)
})

test('every method of webhooks and leaked keys works', async () => {
  const { owner, organizationId, projectId } = world
  const made = await owner.webhooks.create({
    organizationId,
    url: 'https://example.com/hook',
    events: ['BUDGET_ALERT'],
  })
  expect(made.secret).toMatch(/^whsec_/)
  const { id } = made.webhook
  expect(await owner.webhooks.get(id)).toMatchObject({ id, enabled: true })
  expect((await owner.webhooks.rotateSecret({ id })).secret).not.toBe(made.secret)
  expect((await owner.webhooks.update({ id, enabled: false })).enabled).toBe(false)
  await owner.webhooks.update({ id, enabled: true })
  expect(await owner.webhooks.test({ id })).toMatchObject({ id })
  const [message] = (await owner.webhooks.deliveries(id, 5, null)).deliveries.nodes
  expect(await owner.webhooks.delivery(message?.id ?? '')).toMatchObject({ webhook: { id }, event: 'WEBHOOK_TEST' })
  expect(await owner.webhooks.resend({ id: message?.id ?? '' })).toMatchObject({ id: message?.id, status: 'PENDING' })
  const since = new Date(Date.now() - 60_000).toISOString()
  expect(await owner.webhooks.resendFailed({ webhookId: id, since })).toMatchObject({ hasMore: false })
  expect(await items(owner.webhooks.list({ organizationId }))).toMatchObject([{ id }])
  expect((await owner.webhooks.remove({ id })).id).toBe(organizationId)
  const { apiKey } = await owner.apiKeys.create({ projectId, name: 'leaked' })
  expect(await owner.apiKeys.reportLeaked({ id: apiKey.id })).toMatchObject({ status: 'REVOKED' })
})

test('every method of limits and leases works', async () => {
  const { owner, organizationId, projectId, as, app } = world
  const budget = { period: 'MONTH', usd: '10', onLimit: 'REJECT', alertThresholds: [50, 90] } as const
  await owner.organizations.setUsageLimits({ organizationId, budgets: [budget] })
  expect(await owner.organizations.getUsageLimits(organizationId)).toEqual({
    requestsPerMinute: null,
    rates: [],
    budgets: [budget],
    maxConcurrent: null,
  })
  const [ofOrganization] = (await owner.organizations.getBudgetStatus(organizationId)) ?? []
  expect(ofOrganization).toMatchObject({ period: 'MONTH', usd: '10', spent: '0', remaining: '10', debt: '0' })
  const project = await owner.projects.setUsageLimits({ projectId, requestsPerMinute: 600, maxConcurrent: 9 })
  expect(project.id).toBe(projectId)
  expect(await owner.projects.getUsageLimits(projectId)).toEqual({
    requestsPerMinute: 600,
    rates: [{ unit: 'REQUESTS', per: 'MINUTE', max: '600', model: null }],
    budgets: [],
    maxConcurrent: 9,
  })
  expect(await owner.projects.getRateStatus(projectId)).toMatchObject([{ unit: 'REQUESTS', max: '600', used: '0' }])
  expect(await owner.organizations.getRateStatus(organizationId)).toEqual([])
  expect(await owner.projects.getConcurrencyStatus(projectId)).toEqual({ max: 9, used: 0, remaining: 9 })
  expect(await owner.organizations.getConcurrencyStatus(organizationId)).toBeNull()
  expect(await owner.projects.getBudgetStatus(projectId)).toEqual([])
  expect(await owner.projects.getChangeCursor(projectId)).toEqual({ changeCursor: expect.any(String) })
  expect(await owner.organizations.getChangeCursor(organizationId)).toEqual({ changeCursor: expect.any(String) })

  await owner.projects.setConsumerLimits({ projectId, budgets: [budget] })
  await owner.projects.setConsumerLimits({ projectId, consumer: 'ada', maxConcurrent: 3 })
  expect(await owner.projects.getConsumerLimits(projectId)).toMatchObject({ budgets: [budget], maxConcurrent: null })
  expect(await owner.projects.getLimitedConsumers(projectId)).toMatchObject([
    { consumer: 'ada', inherited: false, limits: { maxConcurrent: 3 }, concurrencyStatus: { max: 3, used: 0 } },
  ])
  expect(await owner.projects.getConsumer(projectId, 'bob')).toMatchObject({
    inherited: true,
    budgetStatus: [{ spent: '0', remaining: '10' }],
  })
  const tag = { key: 'team', value: 'search' }
  const limited = await owner.organizations.setTagLimits({ organizationId, tag, budgets: [budget] })
  expect(limited.id).toBe(organizationId)
  expect(await owner.organizations.getTagLimits(organizationId)).toMatchObject([
    { ...tag, limits: { budgets: [budget] } },
  ])

  const { apiKey, secret } = await owner.apiKeys.create({ projectId, name: 'spending' })
  await owner.apiKeys.setLimits({ id: apiKey.id, budgets: [{ period: 'TOTAL', usd: '1' }] })
  const gateway = as((await createGateway(app.runtime, 'spending')).token)
  const ask = { secret, estimatedCost: '0.75' }
  const answers = await gateway.apiKeys.authorize([ask, { secret: 'nobody’s' }])
  expect(answers).toMatchObject([
    { __typename: 'ApiKeyAllowed', credentialId: apiKey.id, reservation: expect.stringMatching(/^rsv_/) },
    { __typename: 'ApiKeyDenied', reason: 'NOT_FOUND', limits: [] },
  ])
  expect(answers[0]?.limits.map(({ scope, kind }) => `${scope} ${kind}`).sort()).toEqual([
    'API_KEY TOTAL',
    'ORGANIZATION MONTH',
    'PROJECT CONCURRENCY',
    'PROJECT REQUESTS_PER_MINUTE',
  ])
  const connectionId = randomUUID()
  expect(await gateway.limits.exchangeLeases({ connectionId, leases: [], rates: [] })).toEqual({
    leases: [],
    rates: [],
  })
  expect((await gateway.gateway.lookUp({ models: ['nothing'] })).models).toEqual([])
  for await (const { cursor, asOf } of gateway.gateway.sync({ connectionId })) {
    expect(await gateway.gateway.acknowledge({ connectionId, cursor })).toMatchObject({ cursor, subjects: [] })
    expect(Date.parse(asOf)).toBeGreaterThan(0)
    break
  }
  const [refused] = await gateway.apiKeys.authorize([ask])
  expect(refused).toMatchObject({ reason: 'BUDGET_EXCEEDED', httpStatus: 429, retryAfterSeconds: null })
  const read = await as(secret).apiKeys.getLimits(apiKey.id)
  expect(read).toMatchObject({
    limits: { requestsPerMinute: null, budgets: [{ period: 'TOTAL', usd: '1', onLimit: 'REJECT' }] },
    budgetStatus: [{ period: 'TOTAL', usd: '1', spent: '0', resetsAt: null }],
  })
  expect(Number(read.budgetStatus?.[0]?.reserved)).toBeGreaterThanOrEqual(0.75)
  await expect(owner.apiKeys.authorize([ask])).rejects.toThrow(ForbiddenError)
})

test('the tests above called every method', () => {
  const names = Object.values(documents).map(({ text }) => factsOf(text)?.name)
  expect(names.filter((name) => !called.has(name ?? ''))).toEqual([])
})
