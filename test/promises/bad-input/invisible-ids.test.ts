import { isEnumType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeAnyId, encodeId, ID_PREFIXES, type IdType, newId } from '../../../schema/core/ids.ts'
import { schema } from '../../../schema/graph.ts'
import { type Client, ERRORS, type Json, ORIGIN } from '../../infra/app.ts'
import {
  type ActorName,
  adjustUsage,
  createKey,
  createTrust,
  foreignSecret,
  join,
  startWorld,
  type World,
} from '../../infra/world.ts'
import { changingNothing } from './fingerprint.ts'
import { type Place, placesOf, put } from './places.ts'
import { addThings, FOR_GATEWAYS, failedMessage, type Things, validInputs } from './valid-inputs.ts'

// An id of another tenant, a missing id and an id of the wrong type get the same response. These tests fail if the
// WHERE in schema/api-key/access.ts or schema/project/access.ts does not check visibility.

let world: World
let things: Things
let foreign: Foreign

beforeAll(async () => {
  world = await startWorld()
  things = await addThings(world)
  foreign = await foreignIds()
})
afterAll(() => world.close())

/** A type without an entry here fails the test of every field that takes its id. */
type Foreign = Partial<Record<IdType, string>>

/** One object of every type in the unrelated organization. */
async function foreignIds(): Promise<Foreign> {
  const { as, ids, signUp } = world
  const { foreignOwner: owner } = as
  const { organization: organizationId, project: projectId } = ids.foreign
  const { serviceAccount } = await owner.mutate(
    'serviceAccountCreate',
    { organizationId, name: 'elsewhere', role: 'MEMBER' },
    'serviceAccount { id }',
  )
  const { collaborator } = await owner.mutate(
    'collaboratorAdd',
    { projectId, principalId: serviceAccount.id, role: 'MEMBER' },
    'collaborator { id }',
  )
  const { legacyKey } = await owner.mutate(
    'legacyKeyImport',
    { organizationId, secret: foreignSecret() },
    'legacyKey { id }',
  )
  const heir = await signUp('Heir elsewhere')
  const memberId = await join(owner, organizationId, heir, 'MEMBER')
  const { data } = await owner.ask('query ($id: ID!) { organization(id: $id) { auditLog { nodes { id } } } }', {
    id: organizationId,
  })
  const open = await owner.mutate(
    'memberInvite',
    { organizationId, email: 'open@elsewhere.example', role: 'MEMBER' },
    'invitation { id }',
  )
  const { offer } = await owner.mutate('ownershipTransferOffer', { organizationId, memberId }, 'offer { id }')
  const { id: apiKey } = await createKey(owner, projectId, 'seen by nobody here')
  const { resource } = await owner.mutate(
    'resourceRegister',
    { projectId, kind: 'FILE', name: 'seen by nobody here' },
    'resource { id }',
  )
  const { webhook } = await owner.mutate(
    'webhookCreate',
    { organizationId, url: 'https://elsewhere.invalid/', events: ['WEBHOOK_TEST'] },
    'webhook { id }',
  )
  return {
    Organization: organizationId,
    Project: projectId,
    ApiKey: apiKey,
    LegacyKey: legacyKey.id,
    User: ids.foreign.user,
    ServiceAccount: serviceAccount.id,
    Member: memberId,
    Collaborator: collaborator.id,
    Invitation: open.invitation.id,
    OwnershipOffer: offer.id,
    Resource: resource.id,
    Trust: await createTrust(owner, projectId, serviceAccount.id, 'seen by nobody here'),
    UsageAdjustment: await adjustUsage(owner, apiKey),
    Webhook: webhook.id,
    WebhookDelivery: await failedMessage(owner, webhook.id),
    AuditEvent: data.organization.auditLog.nodes[0].id,
  }
}

const TYPES = Object.keys(ID_PREFIXES) as IdType[]

function foreignId(type: IdType): string {
  const id = foreign[type]
  if (!id) throw new Error(`foreignIds() makes no ${type}`)
  return id
}

/** The types of ids that a field takes, according to its description. All types if it names none. */
function typesOf({ description }: Place): IdType[] {
  const named = TYPES.filter((type) => description.includes(`\`${ID_PREFIXES[type]}_`))
  return named.length > 0 ? named : TYPES.filter((type) => foreign[type])
}

/** Ids that are invisible to the callers of our organization. */
function nowhere(place: Place): Record<string, string> {
  const types = typesOf(place)
  const [type = 'Project'] = types
  const wrong = types.includes('Project') ? things.invitation : world.ids.project
  const { uuid } = decodeAnyId(wrong) ?? { uuid: newId() }
  return {
    ...Object.fromEntries(types.map((each) => [`another tenant's ${each}`, foreignId(each)])),
    ...Object.fromEntries(types.map((each) => [`no ${each}`, encodeId(each, newId())])),
    ...(types.length < 4 ? { 'wrong type': wrong, 'right type, wrong row': encodeId(type, uuid) } : {}),
    'not an id': 'nonsense',
    empty: '',
    'a bare UUID': newId(),
    uppercase: encodeId(type, newId()).toUpperCase(),
  }
}

/** The complete response without the request id. */
async function answer(client: Client, query: string, variables: Json): Promise<string> {
  const response = await world.app.fetch(
    new Request(`${ORIGIN}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${client.token}` },
      body: JSON.stringify({ query, variables }),
    }),
  )
  const text = await response.text()
  return `${response.status} ${text.replaceAll(/"requestId":"[^"]*"/g, '"requestId":""')}`
}

/** Sends a request with each id, expects the same response, and returns it. */
async function expectAlike(ids: Record<string, string>, ask: (id: string) => Promise<string>): Promise<string> {
  const answers = new Map<string, string[]>()
  for (const [what, id] of Object.entries(ids)) {
    const given = await ask(id)
    answers.set(given, [...(answers.get(given) ?? []), what])
  }
  expect(Object.fromEntries(answers)).toEqual({ [[...answers.keys()][0] ?? '']: Object.keys(ids) })
  return [...answers.keys()][0] ?? ''
}

/** Actors with very different rights. Callers without a role in the organization see nothing of it either. */
const OTHERS = ['adminAccount', 'externalAdmin', 'projectMember', 'liveKey', 'former'] as const

const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/**
 * Only gateways may send these, which belong to no tenant. test/nouns/verification tests their responses for foreign
 * ids.
 */
const OF_NO_TENANT = ['apiKeysAuthorize']

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap((field) => {
  const [argument] = field.args
  if (!argument || OF_NO_TENANT.includes(field.name)) return []
  return placesOf(argument.type)
    .filter(({ type, path }) => type.name === 'ID' && path[0] !== 'filter')
    .map((place) => ({ title: `${field.name} ${place.path.join('.')}`, name: field.name, place, type: argument.type }))
})

describe('ids in mutation inputs', () => {
  test.each(mutations)(
    '$title gives the same response for missing, foreign and mistyped ids',
    async ({ name, place, type }) => {
      const rows = ['apiKeysImport', 'apiKeysRevoke'].includes(name)
        ? `... on ${capitalize(name)}Payload { outcomes { error { __typename code message } } }`
        : ''
      const query = `mutation ($input: ${capitalize(name)}Input!) { ${name}(input: $input) { __typename ${ERRORS} ${rows} } }`
      // A revocation of several keys takes ids, or a filter with a project or an organization.
      const isByFilter = name === 'apiKeysRevoke' && place.path[0] !== 'ids'
      const base = isByFilter ? { filter: {} } : validInputs(world, things)[name]
      const expectNothingFound = async (actor: ActorName) => {
        const ask = (id: string) => answer(world.as[actor], query, { input: put(base, place.path, id, type) })
        const got = await expectAlike(nowhere(place), ask)
        expect(got, actor).toMatch(/"__typename":"(NotFoundError|ForbiddenError)"/)
        if (actor === 'owner' && !FOR_GATEWAYS.includes(name)) expect(got).toContain('"__typename":"NotFoundError"')
      }
      // The attempt to offer ownership without the right to do so is audited, whoever the target is.
      const denied = name === 'ownershipTransferOffer' ? ['audit_event', 'audit_head'] : []
      await changingNothing(world, () => expectNothingFound('owner'))
      await changingNothing(
        world,
        async () => {
          for (const actor of OTHERS) await expectNothingFound(actor)
        },
        denied,
      )
    },
  )
})

describe('ids in queries', () => {
  test.each([
    ['node', 'query ($id: ID!) { node(id: $id) { id __typename } }'],
    ['nodes', 'query ($id: ID!) { nodes(ids: [$id, $id]) { id __typename } }'],
    ['organization', 'query ($id: ID!) { organization(id: $id) { id name projects { nodes { id } } } }'],
    ['project', 'query ($id: ID!) { project(id: $id) { id name apiKeys { nodes { id } } } }'],
    [
      'explain',
      'query ($id: ID!) { explain(input: { action: "apiKey:rotate", on: $id }) { allowed decidedBy role message } }',
    ],
  ])('%s gives the same response for missing, foreign and mistyped ids', async (_name, query) => {
    const place: Place = { path: [], type: schema.getType('ID') as never, nullable: false, description: '' }
    for (const actor of ['owner', ...OTHERS] as const) {
      const got = await expectAlike(nowhere(place), (id) => answer(world.as[actor], query, { id }))
      expect(got).toMatch(/^200 /)
      expect(got).not.toContain('"errors"')
    }
  })

  test('explain gives the same response for an invisible principal as for a missing one', async () => {
    const query = `query ($id: ID!, $on: ID!) {
      explain(input: { action: "apiKey:rotate", on: $on, principal: $id }) { allowed decidedBy role message } }`
    const people = {
      stranger: world.ids.foreign.user,
      'stranger’s account': foreignId('ServiceAccount'),
      nobody: encodeId('User', newId()),
      'no account': encodeId('ServiceAccount', newId()),
      'wrong type': world.ids.project,
      'not an id': 'nonsense',
    }
    for (const actor of ['owner', 'projectAdmin', 'projectMember', 'liveKey'] as const) {
      await expectAlike(people, (id) => answer(world.as[actor], query, { id, on: world.ids.project }))
    }
  })

  test('filters give the same response for another tenant’s ids as for missing ids', async () => {
    const keys = `query ($id: ID!, $of: ID!) { project(id: $of) { apiKeys(filter: { createdBy: $id }) { totalCount } } }`
    await expectAlike({ foreign: world.ids.foreign.user, nobody: encodeId('User', newId()) }, (id) =>
      answer(world.as.owner, keys, { id, of: world.ids.project }),
    )
    const revoke = `mutation ($id: ID!, $of: ID!) {
      apiKeysRevoke(input: { projectId: $of, filter: { createdBy: $id } }) { ... on ApiKeysRevokePayload { outcomes { id } } } }`
    await changingNothing(world, async () => {
      const got = await expectAlike({ foreign: world.ids.foreign.user, nobody: encodeId('User', newId()) }, (id) =>
        answer(world.as.owner, revoke, { id, of: world.ids.project }),
      )
      expect(got).toContain('"outcomes":[]')
    })
    for (const field of ['actorId', 'targetId']) {
      const log = `query ($id: ID!, $of: ID!) { organization(id: $of) { auditLog(filter: { ${field}: $id }) { totalCount } } }`
      const ids = Object.fromEntries(
        TYPES.filter((type) => foreign[type]).flatMap((type) => [
          [`foreign ${type}`, foreignId(type)],
          [`no ${type}`, encodeId(type, newId())],
        ]),
      )
      await expectAlike(ids, (id) => answer(world.as.owner, log, { id, of: world.ids.organization }))
    }
  })

  test('the tests cover every argument that accepts an id', () => {
    const places = Object.values(schema.getQueryType()?.getFields() ?? {})
      .flatMap(({ name, args }) => args.flatMap(({ name: argument, type }) => placesOf(type, [name, argument])))
      .filter(({ type }) => type.name === 'ID' && !isEnumType(type))
      .map(({ path }) => path.join('.'))
    const elsewhere = ['apiKeysVerify.inputs.0.resourceId', 'gatewayLookUp.input.resourceIds.0'] // Only gateways may send it, which belong to no tenant.
    expect(places.filter((place) => !elsewhere.includes(place)).sort()).toEqual(
      ['explain.input.on', 'explain.input.principal', 'node.id', 'nodes.ids.0', 'organization.id', 'project.id'].sort(),
    )
  })
})
