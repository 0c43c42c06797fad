import { setTimeout as delay } from 'node:timers/promises'
import { complexityFromQuery } from '@pothos/plugin-complexity'
import {
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isObjectType,
  isRequiredArgument,
  isScalarType,
} from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeId, type IdType } from '../../../schema/core/ids.ts'
import { schema } from '../../../schema/graph.ts'
import { HUNDRED, type HundredNodes, MANY, startHundredNodes } from './hundred-nodes.ts'
import { nodeTypes, ownStatements, paidIn, selectionsOf } from './selections.ts'

/*
 * Items of lists that are not nodes: each field is asked of 1, 10 and 100 items, as in statements-per-parent.test.ts. Types
 * that hold only values are left out, since they are read with their list.
 */

const SIZES = [1, MANY, HUNDRED] as const

let nodes: HundredNodes
beforeAll(async () => {
  nodes = await startHundredNodes()
  await addItems()
})
afterAll(() => nodes?.app.close())

const idOf = (type: IdType, index: number): string => nodes.ids.get(type)?.at(index) ?? ''
const uuidsOf = (type: IdType): string[] => (nodes.ids.get(type) ?? []).map((id) => decodeId(type, id) ?? '')
const uuidOf = (type: IdType, index: number): string => decodeId(type, idOf(type, index)) ?? ''

/** Lists of 1, 10 and 100 items, each at a place of its own. */
async function addItems(): Promise<void> {
  const { owner, app } = nodes
  const { sql } = app.database
  const budgets = [{ period: 'MONTH', usd: '1' }]
  const organizationId = uuidOf('Organization', 0)
  const named = [uuidsOf('Project'), uuidsOf('ApiKey'), uuidsOf('Model'), uuidsOf('User')]
  for (let item = 0; item < HUNDRED; item += 1) {
    const tag = { key: 'team', value: `team ${item}` }
    await Promise.all([
      owner.mutate('organizationTagLimitsSet', { organizationId: idOf('Organization', 0), tag, budgets }),
      owner.mutate('projectConsumerLimitsSet', { projectId: idOf('Project', 0), consumer: `c ${item}`, budgets }),
    ])
  }
  for (const [index, size] of SIZES.entries()) {
    await sql(
      `INSERT INTO invitation_grant (invitation_id, project_id, role)
       SELECT $1, p, 'MEMBER' FROM unnest($2::uuid[]) p LIMIT $3`,
      [uuidOf('Invitation', index), named[0], size],
    )
    const place = [organizationId, `2026-01-0${index + 1}T00:00:00Z`, size, ...named]
    await sql(
      `INSERT INTO usage_hourly (organization_id, hour, project_id, credential_kind, credential_id, user_id, workload, model_id,
                                 line_item, events, requests, quantity, cost)
       SELECT $1, $2, p, 'API_KEY', k, u, 'INFERENCE', m, 'INPUT_TOKENS', 1, 1, 1, 1
         FROM unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[]) AS t (p, k, m, u) LIMIT $3`,
      place,
    )
    await sql(
      `INSERT INTO denial_hourly (organization_id, hour, project_id, credential_kind, credential_id, reason, denials)
       SELECT $1, $2, p, 'API_KEY', k, 'EXPIRED', 1 FROM unnest($4::uuid[], $5::uuid[]) AS t (p, k) LIMIT $3`,
      place.slice(0, 5),
    )
    const [member] = await sql<{ user_id: string }>('SELECT user_id FROM member WHERE id = $1', [
      uuidOf('Member', index),
    ])
    // Tokens of service accounts and of the playground.
    await sql('UPDATE service_account SET token_seen_by_user_id = $1 WHERE id = ANY($2::uuid[])', [
      member?.user_id,
      uuidsOf('ServiceAccount').slice(size - 1, 2 * size - 1),
    ])
    await sql(
      `INSERT INTO playground_token (id, organization_id, project_id, user_id, hash, created_at, expires_at)
       SELECT gen_random_uuid(), $1, p, $2::uuid, sha256((p::text || $2::text)::bytea), now(), now() + interval '1 day'
         FROM unnest($3::uuid[]) p LIMIT $4`,
      [organizationId, member?.user_id, named[0], size],
    )
  }
  const revoked = await owner.mutate('apiKeysRevoke', { ids: nodes.ids.get('ApiKey') }, 'outcomes { id }')
  expect(revoked.outcomes).toHaveLength(HUNDRED)
}

/** A list of items, with `FIELD` in the place of the selection. */
type List = (index: number, size: number) => { query: string; variables?: Record<string, unknown> }

const node =
  (type: IdType, list: string): List =>
  (index) => ({
    query: `query ($id: ID!) { node(id: $id) { ... on ${type} { ${list} } } }`,
    variables: { id: idOf(type, index) },
  })

const ofFirst =
  (list: (index: number, size: number) => string): List =>
  (index, size) => ({
    query: `query ($id: ID!) { node(id: $id) { ... on Organization { ${list(index, size)} } } }`,
    variables: { id: idOf('Organization', 0) },
  })

const day = (index: number) => `from: "2026-01-0${index + 1}T00:00:00Z", to: "2026-01-0${index + 2}T00:00:00Z"`
const hours = (size: number) =>
  `from: "2026-02-01T00:00:00Z", to: "${new Date(Date.UTC(2026, 1, 1, size)).toISOString()}", granularity: HOUR`
const groupsOfCosts = 'groupBy: [CREDENTIAL, MODEL, PROJECT, USER]'

const ITEMS: Record<string, List> = {
  ApiKeyRevokeOutcome: (_, size) => ({
    query: `mutation ($ids: [ID!]) { apiKeysRevoke(input: { ids: $ids }) {
      ... on ApiKeysRevokePayload { outcomes { FIELD } } } }`,
    variables: { ids: nodes.ids.get('ApiKey')?.slice(-size) },
  }),
  ConsumerLimits: (_, size) => ({
    query: `query ($id: ID!) { node(id: $id) { ... on Project { limitedConsumers(first: ${size}) { FIELD } } } }`,
    variables: { id: idOf('Project', 0) },
  }),
  CostBucket: ofFirst((_, size) => `costAnalytics(input: { ${hours(size)} }) { buckets { FIELD } }`),
  CostCredential: ofFirst(
    (index) =>
      `costAnalytics(input: { ${day(index)}, ${groupsOfCosts} }) { buckets { groups { credential { FIELD } } } }`,
  ),
  CostGroup: ofFirst(
    (index) => `costAnalytics(input: { ${day(index)}, ${groupsOfCosts} }) { buckets { groups { FIELD } } }`,
  ),
  DenialBucket: ofFirst((_, size) => `denials(input: { ${hours(size)} }) { buckets { FIELD } }`),
  DenialGroup: ofFirst(
    (index) => `denials(input: { ${day(index)}, groupBy: [CREDENTIAL, PROJECT] }) { buckets { groups { FIELD } } }`,
  ),
  LastSeenToken: node('Member', 'lastSeenTokens { FIELD }'),
  ProjectGrant: node('Invitation', 'projects { FIELD }'),
  TagLimits: ofFirst((_, size) => `tagLimits(first: ${size}) { FIELD }`),
  UsageBucket: (_, size) => ({
    query: `query ($id: ID!) { node(id: $id) { ... on ApiKey { usage(input: { ${hours(size)} }) { buckets { FIELD } } } } }`,
    variables: { id: idOf('ApiKey', 0) },
  }),
}

/** Types of items that are not asked for here, and why. */
const ELSEWHERE: Record<string, string> = {
  ApiKeyAllowed: 'A decision: the fields are values of the KeyVerifier. bench/s3-graph-batches.ts measures batches.',
  ApiKeyDenied: 'As ApiKeyAllowed.',
  ApiKeyImportOutcome: 'Its mutation writes each row. test/promises/bad-input/hold.test.ts imports 1,000 keys.',
  GatewayCredential: 'For gateways: the fields are values of a snapshot.',
  GatewayModel: 'As GatewayCredential.',
}

const holdsValues = (type: GraphQLObjectType): boolean =>
  Object.values(type.getFields()).every(({ type: inner, args, extensions }) => {
    const named = getNamedType(inner)
    return (isScalarType(named) || isEnumType(named)) && args.length === 0 && extensions.ownStatement === undefined
  })

test('tests cover every item type whose fields can send SQL statements', () => {
  const listed = Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || type.name.startsWith('__')) return []
    // A connection’s items are in `nodes`, too.
    return Object.values(type.getFields()).flatMap((field) => {
      if (!String(field.type).includes('[')) return []
      const item = getNamedType(field.type)
      return isObjectType(item) ? [item] : 'getTypes' in item ? item.getTypes() : []
    })
  })
  const unknown = new Set(
    listed
      .filter((type) => !nodeTypes.includes(type) && !type.name.endsWith('Edge') && !holdsValues(type))
      .map(({ name }) => name),
  )
  unknown.add('CostCredential') // In each group, not in a list of its own.
  expect([...unknown].sort()).toEqual([...Object.keys(ITEMS), ...Object.keys(ELSEWHERE)].sort())
})

// Failed with a field that reads for each item without the option, such as `LastSeenToken.project` without its loader.
test.each(Object.entries(ITEMS))(
  'a field of %s sends as many SQL statements for 100 items as for one',
  async (name, list) => {
    const type = schema.getType(name)
    if (!isObjectType(type)) throw new Error(`${name} is not an object`)
    await nodes.count('{ viewer { kind } }', {})
    const measure = async (selection: string, index: number) => {
      const { query, variables = {} } = list(index, SIZES[index] ?? 0)
      const text = query.replace('FIELD', `__typename ${selection}`)
      const { answer, sent } = await nodes.count(text, variables)
      expect([selection, answer.errors]).toEqual([selection, undefined])
      const items = JSON.stringify(answer.data).split(`"__typename":"${name}"`).length - 1
      expect(items).toBeGreaterThanOrEqual(SIZES[index] ?? 0)
      return { sent, complexity: complexityFromQuery(text, { schema, variables, ctx: {} as never }).complexity }
    }
    const unpaid: string[] = []
    for (const field of Object.values(type.getFields())) {
      if (field.args.some(isRequiredArgument)) continue
      for (const inner of selectionsOf(field)) {
        const selection = `${field.name} ${inner}`
        const paid = ownStatements(field) + paidIn(field, inner)
        const one = await measure(selection, 0)
        for (const index of [1, 2]) {
          const many = await measure(selection, index)
          const bound = Math.min(paid * (SIZES[index] ?? 0), Math.max(0, many.complexity - one.complexity))
          let more = many.sent - one.sent
          for (let time = 0; time < 20 && more > bound; time += 1) {
            await delay(Math.min(time, 4) * 250)
            one.sent = Math.min(one.sent, (await measure(selection, 0)).sent)
            more = Math.min(more, (await measure(selection, index)).sent - one.sent)
          }
          if (more > bound)
            unpaid.push(`${name}.${selection}: ${one.sent} for one, ${more} more for ${SIZES[index]}, paid ${bound}`)
        }
      }
    }
    expect(unpaid).toEqual([])
  },
)
