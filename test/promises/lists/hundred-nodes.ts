import { expect } from 'vitest'
import { decodeId, encodeId, type IdType } from '../../../schema/core/ids.ts'
import { loadModels } from '../../../schema/model/load.ts'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { BACKGROUND } from '../../infra/background-statements.ts'
import { copyRow, uniqueHash } from '../../infra/row-copies.ts'
import {
  addCollaborator,
  adjustUsage,
  createKey,
  createOrganization,
  createProject,
  createTrust,
  join,
} from '../../infra/world.ts'

export const MANY = 10
export const HUNDRED = 100

/** An app with a hundred nodes of each type that the Owner can see. */
export interface HundredNodes {
  app: TestApp
  owner: Client & { email: string }
  /** Ids by type. */
  ids: Map<string, string[]>
  /** Runs a query as the Owner. Returns its answer, and how many statements it sent, without those of the background. */
  count(query: string, variables: object): Promise<{ answer: Awaited<ReturnType<Client['ask']>>; sent: number }>
}

const times = <T>(work: (index: number) => Promise<T>): Promise<T[]> =>
  Array.from({ length: MANY }, (_, index) => index).reduce<Promise<T[]>>(
    async (done, index) => [...(await done), await work(index)],
    Promise.resolve([]),
  )

/** The tables of nodes, and the columns in which copies differ. */
const COPIES: Partial<Record<IdType, [table: string, columns: string]>> = {
  Project: ['project', `'name', 'Copy ' || n, 'is_default', false`],
  ApiKey: ['api_key', `'name', 'Copy ' || n, 'name_key', 'copy ' || n`],
  User: ['user', `'email', 'copy-' || n || '@people.example'`],
  ServiceAccount: ['service_account', `'name', 'Copy ' || n, 'name_key', 'copy ' || n, ${uniqueHash('token_hash')}`],
  Invitation: ['invitation', `'email', 'copied-' || n || '@people.example', ${uniqueHash('token_hash')}`],
  Resource: ['resource', `'name', 'Copy ' || n`],
  Webhook: ['webhook', `'url', 'https://example.com/copy/' || n`],
  Trust: ['trust', `'name', 'Copy ' || n`],
  UsageAdjustment: ['usage_adjustment', `'adjustment_id', 'copy ' || n`],
  Model: ['model', `'slug', 'copy/' || n`],
  WebhookDelivery: ['webhook_delivery', `'attempts', 1`],
}

/** Copies a node by SQL until there are a hundred. Returns the new UUIDs. */
async function copyNodes(
  { app, ids }: HundredNodes,
  type: IdType,
  [table, columns]: [string, string],
  values: unknown[] = [],
): Promise<string[]> {
  const known = ids.get(type) ?? []
  const id = decodeId(type, known.at(-1) ?? '') ?? ''
  const made = await copyRow(app.database, { table, id, count: HUNDRED - known.length }, columns, values)
  ids.set(type, [...made.map((uuid) => encodeId(type, uuid)), ...known])
  return made
}

/** Adds ninety nodes of each type to the ten, with what belongs to them. */
async function addNinety(nodes: HundredNodes): Promise<void> {
  const { ids } = nodes
  const made = new Map<IdType, string[]>()
  for (const [type, copies] of Object.entries(COPIES))
    made.set(type as IdType, await copyNodes(nodes, type as IdType, copies))
  const models = ids.get('Model') ?? []
  ids.set(
    'PlaygroundModel',
    models.map((id) => encodeId('PlaygroundModel', decodeId('Model', id) ?? '')),
  )
  const users = [made.get('User')]
  await copyNodes(nodes, 'Member', ['member', `'user_id', ($3::uuid[])[n]`], users)
  await copyNodes(nodes, 'Collaborator', ['collaborator', `'user_id', ($3::uuid[])[n]`], users)
}

/** Starts the app. */
export async function startHundredNodes(): Promise<HundredNodes> {
  const statements: string[] = []
  const ids = new Map<string, string[]>()
  const app = await startApp({ onStatement: (sql) => statements.push(sql) })
  const owner = await app.signUp('Owner')
  Object.assign(app.app.runtime.limits, { organizationsPerOwner: HUNDRED })
  // Each with its default project and its Owner, which a copy would not have.
  const createTen = (mutation: string, node: string, input: (index: number) => object) =>
    times(async (index) => (await owner.mutate(mutation, input(index), `${node} { id }`))[node].id as string)
  const organizations: string[] = []
  for (let index = 0; index < HUNDRED; index += 1)
    organizations.push((await createOrganization(owner, `Organization ${index}`)).id)
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
       organization(id: $id) {
         auditLog(first: ${HUNDRED}) { nodes { id action } }
         members(first: ${MANY}) { nodes { principal { ... on User { id } } } }
       }
       project(id: $projectId) { collaborators(last: ${MANY}) { nodes { id } } }
     }`,
    { id: organizationId, projectId },
  )
  const idsOf = (nodes: { id: string }[]) => nodes.map(({ id }) => id)
  ids.set('Model', idsOf(data.models.nodes))
  // Those with the name of a person come last, since the last ones are asked for: to open names takes a statement.
  const events: { id: string; action: string }[] = data.organization.auditLog.nodes
  const named = events.filter(({ action }) => action === 'collaborator.added')
  expect(named.length).toBeGreaterThan(1)
  ids.set('AuditEvent', idsOf([...events.filter((event) => !named.includes(event)), ...named.reverse()]))
  ids.set(
    'User',
    idsOf(data.organization.members.nodes.map(({ principal }: { principal: { id: string } }) => principal)),
  )
  ids.set('Collaborator', idsOf(data.project.collaborators.nodes))
  const nodes: HundredNodes = {
    app,
    owner,
    ids,
    async count(query, variables) {
      statements.length = 0
      const answer = await owner.ask(query, variables)
      return { answer, sent: statements.filter((sql) => !BACKGROUND.test(sql)).length }
    },
  }
  await addNinety(nodes)
  return nodes
}
