import { setTimeout as delay } from 'node:timers/promises'
import {
  type GraphQLField,
  type GraphQLInterfaceType,
  getNamedType,
  isEnumType,
  isObjectType,
  isRequiredArgument,
  isScalarType,
} from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { schema } from '../../../schema/graph.ts'
import { MAX_OWN_STATEMENTS } from '../../../schema/graphql/statements-plugin.ts'
import { loadModels } from '../../../schema/model/load.ts'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { BACKGROUND } from '../../infra/background-statements.ts'
import {
  addCollaborator,
  adjustUsage,
  createKey,
  createOrganization,
  createProject,
  createTrust,
  join,
} from '../../infra/world.ts'

/*
 * Each field of each type of nodes is asked of one parent and of ten. It sends as many statements for ten as for one, or
 * its complexity pays for each statement more: so the complexity of a request bounds its statements.
 */

const MANY = 10

let app: TestApp
let owner: Client & { email: string }
const statements: string[] = []
/** Ids of ten nodes, by type. */
const ids = new Map<string, string[]>()

const times = <T>(work: (index: number) => Promise<T>): Promise<T[]> =>
  Array.from({ length: MANY }, (_, index) => index).reduce<Promise<T[]>>(
    async (done, index) => [...(await done), await work(index)],
    Promise.resolve([]),
  )

/** Fields with required arguments, and the arguments that they are asked with. */
const RANGE = 'from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z", granularity: DAY'
const ARGUMENTS: Record<string, string> = {
  'Project.consumer': '(name: "ada")',
  'ApiKey.denials': `(input: { ${RANGE} })`,
  'ApiKey.usage': `(input: { ${RANGE} })`,
  'Organization.denials': `(input: { ${RANGE} })`,
  'Project.denials': `(input: { ${RANGE} })`,
  'Organization.costAnalytics': `(input: { ${RANGE}, groupBy: [] })`,
  'Organization.viewerCan': '(actions: [PROJECT_CREATE])',
  'Project.costAnalytics': `(input: { ${RANGE}, groupBy: [] })`,
  'Project.viewerCan': '(actions: [API_KEY_CREATE])',
}

/** Types of which an organization has one, and gateways, which read only themselves. */
const ALONE = ['Gateway', 'LegacyKey', 'OwnershipOffer']

/** Creates ten nodes by a mutation, and returns their ids. */
function createTen(mutation: string, node: string, input: (index: number) => object): Promise<string[]> {
  return times(async (index) => (await owner.mutate(mutation, input(index), `${node} { id }`))[node].id)
}

beforeAll(async () => {
  app = await startApp({ onStatement: (sql) => statements.push(sql) })
  owner = await app.signUp('Owner')
  const organizations = await times(async (index) => (await createOrganization(owner, `Organization ${index}`)).id)
  const [organizationId = ''] = organizations
  const projects = await times((index) => createProject(owner, organizationId, `Project ${index}`))
  const [projectId = ''] = projects
  const people = await times((index) => app.signUp(`Member ${index}`))
  ids.set('Organization', organizations)
  ids.set('Project', projects)
  ids.set('ApiKey', await times(async (index) => (await createKey(owner, projectId, `Key ${index}`)).id))
  ids.set(
    'Member',
    await times((index) => join(owner, organizationId, people[index] as Client & { email: string }, 'MEMBER')),
  )
  ids.set(
    'Invitation',
    await createTen('memberInvite', 'invitation', (index) => ({
      organizationId,
      email: `invited-${index}@example.com`,
      role: 'MEMBER',
    })),
  )
  ids.set(
    'ServiceAccount',
    await createTen('serviceAccountCreate', 'serviceAccount', (index) => ({
      organizationId,
      name: `Account ${index}`,
      role: 'MEMBER',
    })),
  )
  ids.set(
    'Resource',
    await createTen('resourceRegister', 'resource', (index) => ({
      projectId,
      name: `File ${index}`,
      kind: 'ENDPOINT',
    })),
  )
  ids.set(
    'Webhook',
    await createTen('webhookCreate', 'webhook', (index) => ({ organizationId, url: `https://example.com/${index}` })),
  )
  const [webhookId = ''] = ids.get('Webhook') ?? []
  await times(() => owner.mutate('webhookTest', { id: webhookId }))
  const { webhook } = await owner.mutate(
    'webhookUpdate',
    { id: webhookId, enabled: false },
    'webhook { deliveries { nodes { id } } }',
  )
  ids.set(
    'WebhookDelivery',
    webhook.deliveries.nodes.map((delivery: { id: string }) => delivery.id),
  )
  const [accountId = ''] = ids.get('ServiceAccount') ?? []
  await addCollaborator(owner, projectId, accountId, 'MEMBER')
  ids.set('Trust', await times((index) => createTrust(owner, projectId, accountId, `Trust ${index}`)))
  const [keyId] = ids.get('ApiKey') ?? []
  ids.set('UsageAdjustment', await times(() => adjustUsage(owner, keyId)))
  for (const id of ids.get('Member') ?? []) await addCollaborator(owner, projectId, id, 'MEMBER')
  const models = Array.from({ length: MANY }, (_, index) => ({
    slug: `acme/${index}`,
    displayName: 'Model',
    workload: 'INFERENCE',
  }))
  await loadModels(app.app.runtime, { models })
  const { data } = await owner.ask(
    `query ($id: ID!, $projectId: ID!) {
       models(first: ${MANY}) { nodes { id } }
       viewer { playground { models(first: ${MANY}) { nodes { id } } } }
       organization(id: $id) {
         auditLog(first: ${MANY}) { nodes { id } }
         members(first: ${MANY}) { nodes { principal { ... on User { id } } } }
       }
       project(id: $projectId) { collaborators(first: ${MANY}) { nodes { id } } }
     }`,
    { id: organizationId, projectId },
  )
  const idsOf = (nodes: { id: string }[]) => nodes.map(({ id }) => id)
  ids.set('Model', idsOf(data.models.nodes))
  ids.set('PlaygroundModel', idsOf(data.viewer.playground.models.nodes))
  ids.set('AuditEvent', idsOf(data.organization.auditLog.nodes))
  ids.set(
    'User',
    idsOf(data.organization.members.nodes.map(({ principal }: { principal: { id: string } }) => principal)),
  )
  ids.set('Collaborator', idsOf(data.project.collaborators.nodes))
})
afterAll(() => app?.close())

const nodeTypes = schema.getPossibleTypes(schema.getType('Node') as GraphQLInterfaceType)

/** Selections of a field, each asked by itself: the counts of a list send statements of their own. */
function selectionsOf(field: GraphQLField<unknown, unknown>, depth = 0): string[] {
  const type = getNamedType(field.type)
  if (isScalarType(type) || isEnumType(type)) return ['']
  if (type.name.endsWith('Connection')) return ['{ nodes { __typename } }', '{ totalCount totalCountCapped }']
  if (!isObjectType(type) || nodeTypes.includes(type) || depth === 3) return ['{ __typename }']
  const inner = Object.values(type.getFields()).filter(({ args }) => !args.some(isRequiredArgument))
  return [`{ ${inner.map((each) => `${each.name} ${selectionsOf(each, depth + 1)[0]}`).join(' ')} }`]
}

interface Asked {
  /** Whether the field, or one in the selection, has the option `ownStatement`. */
  isCounted: boolean
  type: string
  field: string
  selection: string
}

const asked: Asked[] = nodeTypes
  .filter(({ name }) => !ALONE.includes(name))
  .flatMap((type) =>
    Object.values(type.getFields()).flatMap((field) => {
      const place = `${type.name}.${field.name}`
      const given = ARGUMENTS[place] ?? ''
      return selectionsOf(field).map((selection) => ({
        type: type.name,
        field: `${field.name}${given}`,
        selection,
        isCounted: typeof field.extensions.ownStatement === 'number' || selection.includes('totalCount'),
      }))
    }),
  )

/** Statements of a request, without those that the change feed and the clock send at any time. */

async function measure({ type, field, selection }: Asked, count: number) {
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ${type} { ${field} ${selection} } } }`
  const variables = { ids: ids.get(type)?.slice(-count) }
  statements.length = 0
  const answer = await owner.ask(query, variables)
  const sent = statements.filter((sql) => !BACKGROUND.test(sql)).length
  return { answer, sent }
}

test('every type of nodes has ten nodes here, or is one of those that cannot', () => {
  expect(
    nodeTypes
      .map(({ name }) => name)
      .filter((name) => ids.get(name)?.length !== MANY)
      .sort(),
  ).toEqual(ALONE)
})

// Failed before: nothing bounded the counts of lists, nor other fields that are read for each parent.
test('a field sends as many statements for ten parents as for one, or is counted', async () => {
  await owner.ask('{ viewer { kind } }')
  const uncounted: string[] = []
  const perParent: string[] = []
  for (const each of asked) {
    const [one, ten] = [await measure(each, 1), await measure(each, MANY)]
    const place = `${each.type}.${each.field} ${each.selection}`
    expect([place, ten.answer.errors?.filter(({ extensions }) => extensions.code !== 'FORBIDDEN') ?? []]).toEqual([
      place,
      [],
    ])
    let [least, most] = [one.sent, ten.sent]
    // Repeated, each time later, because background work of the process also sends statements for a while.
    for (let time = 0; time < 8 && most > least && !each.isCounted; time += 1) {
      await delay(time * 250)
      least = Math.min(least, (await measure(each, 1)).sent)
      most = Math.min(most, (await measure(each, MANY)).sent)
    }
    if (most <= least) continue
    perParent.push(`${place}: ${least} for one, ${most} for ten`)
    if (!each.isCounted) uncounted.push(perParent.at(-1) ?? '')
  }
  console.log([`${asked.length} selections; with statements for each parent:`, ...perParent].join('\n  '))
  expect(uncounted).toEqual([])
})

test('the counts of every list are counted', () => {
  const connections = Object.values(schema.getTypeMap()).filter(({ name }) => name.endsWith('Connection'))
  expect(connections.length).toBeGreaterThan(10)
  for (const connection of connections) {
    if (!isObjectType(connection)) throw new Error(`${connection.name} is not an object type`)
    const { totalCount, totalCountCapped } = connection.getFields()
    expect([totalCount?.extensions.ownStatement, totalCountCapped?.extensions.ownStatement]).toEqual([1, 1])
  }
})

// Failed before: 2,807 statements for the counts of 15 models' projects held the embedded database for 4 s.
test('a request sends a bounded number of statements, and the rest of it is answered', async () => {
  const parents = Array.from({ length: 100 }, (_, index) => ids.get('Organization')?.[index % MANY])
  const lists = Array.from({ length: 8 }, (_, index) => `list${index}: members(first: 1) { totalCount }`)
  statements.length = 0
  const { data, errors } = await owner.ask(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Organization { name ${lists.join(' ')} } } }`,
    { ids: parents },
  )
  expect(statements.filter((sql) => !BACKGROUND.test(sql)).length).toBeLessThanOrEqual(MAX_OWN_STATEMENTS + 10)
  expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['QUERY_TOO_COSTLY']))
  expect(errors).toHaveLength(100 * 8 - MAX_OWN_STATEMENTS)
  expect(data.nodes.filter(({ name }: { name?: string }) => name !== undefined)).toHaveLength(100)
})
