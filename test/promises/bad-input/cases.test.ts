import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ActorName } from '../../infra/world.ts'
import {
  createKey,
  createProject,
  foreignSecret,
  join,
  sha256,
  startWorld,
  tokenOf,
  type World,
} from '../../infra/world.ts'
import { changingNothing } from './fingerprint.ts'
import { addThings, type Things } from './valid-inputs.ts'

const HOUR_MS = 3_600_000
const LIVE = { kind: 'USER' }

let world: World
let things: Things

beforeAll(async () => {
  world = await startWorld()
  things = await addThings(world)
})
afterAll(() => world.close())

const at = (fromNow: number) => new Date(world.database.clock.now().getTime() + fromNow).toISOString()

/** Expects a mutation to be rejected with one type of error and a helpful message, and to change nothing. */
async function refused(by: ActorName, name: string, input: object, type: string, message: RegExp, but: string[] = []) {
  const answer = await changingNothing(world, () => world.as[by].mutate(name, input), but)
  expect(answer, `${name} ${JSON.stringify(input).slice(0, 200)}`).toMatchObject({ __typename: type })
  expect(answer.message).toMatch(message)
  return answer
}

describe('names in mutation inputs', () => {
  const named = (): [string, object, string[]][] => {
    const { organization: organizationId, project: projectId, apiKey: id } = world.ids
    return [
      ['apiKeyCreate', { projectId }, ['name']],
      ['apiKeyUpdate', { id }, ['name']],
      ['projectCreate', { organizationId }, ['name']],
      ['projectUpdate', { id: projectId }, ['name']],
      ['organizationUpdate', { id: organizationId }, ['name']],
      ['organizationCreate', {}, ['name']],
      ['organizationCreate', { name: 'Fine' }, ['defaultProjectName']],
      ['serviceAccountCreate', { organizationId, role: 'MEMBER' }, ['name']],
    ]
  }

  test.each([
    ['is blank', ['', '  ', '\t\n', '\u3000', '\u200d\u200c'], /Must not be blank/],
    ['is too long', ['x'.repeat(101), '🦄'.repeat(101), 'x'.repeat(10_000)], /at most 100 characters/],
    ['has 16,384 characters', ['x'.repeat(16_384)], /at most 100 characters/],
    ['contains control characters', ['a\u0007b', 'a\nb', 'a\u007fb'], /control, formatting or bidirectional/],
    [
      'contains bidirectional overrides',
      ['a\u202eb', '\u2066a\u2069', 'a\u200fb'],
      /control, formatting or bidirectional/,
    ],
    [
      'contains invisible characters',
      ['a\u200bb', 'a\ufeffb', 'a\u2028b', 'a\u3164b'],
      /control, formatting or bidirectional/,
    ],
    ['mixes letters of several scripts', ['pr\u043eduction', 'Αdmin', 'p\u0430ypal'], /mix letters of scripts/],
  ])('every input rejects a name that %s', async (_title, bad, message) => {
    for (const [name, input, path] of named()) {
      for (const value of bad) {
        const answer = await refused('owner', name, { ...input, [path[0] ?? '']: value }, 'ValidationError', message)
        expect(answer.issues).toEqual([{ path, message: expect.stringMatching(message) }])
      }
    }
  })

  test('an import rejects a row with an invalid name and reports the row number', async () => {
    const rows = [{ name: 'pr\u043eduction', sha256: '1'.repeat(64) }]
    const { outcomes } = await changingNothing(world, () =>
      world.as.owner.mutate(
        'apiKeysImport',
        { organizationId: world.ids.organization, rows },
        'outcomes { apiKey { id } error { code ... on ValidationError { issues { path } } } }',
      ),
    )
    expect(outcomes).toEqual([
      { apiKey: null, error: { code: 'VALIDATION', issues: [{ path: ['rows', '0', 'name'] }] } },
    ])
  })

  test('a key name conflicts with a similar-looking name of a live key in the project', async () => {
    const { project: projectId } = world.ids
    for (const name of ['live', 'LIVE', ' live ', 'ｌｉｖｅ', 'li\u200dve']) {
      await refused(
        'owner',
        'apiKeyCreate',
        { projectId, name },
        'ConflictError',
        /already has this name.*another name/,
      )
    }
    await refused('owner', 'apiKeyUpdate', { id: things.rotating, name: 'Live' }, 'ConflictError', /another name/)
  })
})

describe('key mutations', () => {
  test('an expiration that is not in the future is rejected', async () => {
    const { project: projectId, apiKey: id } = world.ids
    for (const expiresAt of [at(-1), at(-HOUR_MS), '1970-01-01T00:00:00Z', '2020-01-01T00:00:00+14:00']) {
      await refused(
        'owner',
        'apiKeyCreate',
        { projectId, name: 'late', expiresAt },
        'ValidationError',
        /Must be in the future \(now: /,
      )
      await refused('owner', 'apiKeyExpirationSet', { id, expiresAt }, 'ValidationError', /Must be in the future/)
    }
  })

  test('a rotation overlap below 0 or above 7 days is rejected', async () => {
    const { apiKey: id } = world.ids
    await refused(
      'owner',
      'apiKeyRotate',
      { id, overlapSeconds: -1 },
      'ValidationError',
      /overlapSeconds: Must be at least 0/,
    )
    await refused(
      'owner',
      'apiKeyRotate',
      { id, overlapSeconds: 604_801 },
      'ValidationError',
      /Must be at most 604800 \(7 days\)/,
    )
    await refused('owner', 'apiKeyRotate', { id, overlapSeconds: 2_147_483_647 }, 'ValidationError', /7 days/)
  })

  test('revoking a key again succeeds without changing the revocation reason', async () => {
    const { id } = await createKey(world.as.owner, world.ids.project, 'revoked twice')
    for (const reason of ['LEAKED', 'OTHER']) {
      const { apiKey } = await world.as.owner.mutate('apiKeyRevoke', { id, reason }, 'apiKey { revocationReason }')
      expect(apiKey).toEqual({ revocationReason: 'LEAKED' })
    }
  })

  test('a revoked key can be neither rotated nor changed', async () => {
    const { id } = await createKey(world.as.owner, world.ids.project, 'revoked')
    await world.as.owner.mutate('apiKeyRevoke', { id })
    for (const [name, input] of [
      ['apiKeyRotate', {}],
      ['apiKeyRotationFinish', {}],
      ['apiKeyRotationUndo', {}],
      ['apiKeyUpdate', { name: 'again' }],
      ['apiKeyScopesSet', { workloads: [] }],
      ['apiKeyExpirationSet', { expiresAt: null }],
    ] as const) {
      await refused('owner', name, { id, ...input }, 'InvalidStateError', /revoked, which is final/)
    }
  })

  test('an expired key cannot be rotated', async () => {
    const { id } = await createKey(world.as.owner, world.ids.project, 'expired by now', { expiresAt: at(1_000) })
    world.database.clock.advance(1_001)
    const error = await refused('owner', 'apiKeyRotate', { id }, 'InvalidStateError', /expired/)
    expect(error.resolvedBy).toEqual(['apiKeyExpirationSet'])
  })

  test('a key can be rotated only outside an overlap', async () => {
    const ends = ['apiKeyRotationFinish', 'apiKeyRotationUndo']
    const again = await refused('owner', 'apiKeyRotate', { id: things.rotating }, 'InvalidStateError', /being rotated/)
    expect(again.resolvedBy).toEqual(ends)
    for (const name of ends) {
      const error = await refused('owner', name, { id: world.ids.apiKey }, 'InvalidStateError', /not being rotated/)
      expect(error.resolvedBy).toEqual(['apiKeyRotate'])
    }
    const stale = { id: world.ids.apiKey, currentVersion: 7 }
    await refused('owner', 'apiKeyRotate', stale, 'ConflictError', /`currentVersion` is 1, not 7/)
  })

  test('an idempotency key that is weak or was used with different input is rejected', async () => {
    const { project: projectId } = world.ids
    const idempotencyKey = 'an-idempotency-key-of-a-test'
    await world.as.owner.mutate('apiKeyCreate', { projectId, name: 'first use', idempotencyKey })
    const other = { projectId, name: 'second use', idempotencyKey }
    await refused('owner', 'apiKeyCreate', other, 'ConflictError', /different input.*new key/)
    for (const weak of ['', 'short', 'x'.repeat(21), 'spaces in between the letters', 'ü'.repeat(30)]) {
      const input = { projectId, name: 'weak', idempotencyKey: weak }
      await refused('owner', 'apiKeyCreate', input, 'ValidationError', /22 to 255 printable ASCII characters/)
    }
    const long = { projectId, name: 'weak', idempotencyKey: 'x'.repeat(256) }
    await refused('owner', 'apiKeyCreate', long, 'ValidationError', /at most 255 characters/)
  })

  test('malformed networks, tags and hashes are rejected', async () => {
    const { project: projectId } = world.ids
    const create = (input: object, message: RegExp) =>
      refused('owner', 'apiKeyCreate', { projectId, name: 'odd', ...input }, 'ValidationError', message)
    for (const ip of ['', '10.0.0.0/33', '10.0.0', '::/129', 'example.org', '0x7f.1', '1']) {
      await create({ allowedIps: [ip] }, /Must be an IP address or a network/)
    }
    await create({ allowedIps: Array.from({ length: 101 }, (_, i) => `10.0.0.${i}`) }, /at most 100/)
    await create({ tags: [{ key: '', value: 'a' }] }, /letters, digits/)
    await create({ tags: [{ key: 'a', value: 'x'.repeat(257) }] }, /at most 256/)
    await create(
      {
        tags: [
          { key: 'a', value: '1' },
          { key: 'a', value: '2' },
        ],
      },
      /Must have each tag key only once/,
    )
    await create({ tags: Array.from({ length: 21 }, (_, i) => ({ key: `k${i}`, value: '' })) }, /at most 20/)
  })

  test('an import that is empty, too large or entirely invalid changes nothing', async () => {
    const { organization: organizationId } = world.ids
    const row = (name: string, sha = sha256(foreignSecret())) => ({ name, sha256: sha })
    await refused(
      'owner',
      'apiKeysImport',
      { organizationId, rows: [] },
      'ValidationError',
      /Must have at least one row/,
    )
    const many = Array.from({ length: 1_001 }, (_, index) => row(`row ${index}`, '0'.repeat(64)))
    await refused(
      'owner',
      'apiKeysImport',
      { organizationId, rows: many },
      'ValidationError',
      /May have at most 1000 rows/,
    )
    const rows = [
      row('not hexadecimal', 'z'.repeat(64)),
      row('too short', 'ab'),
      { ...row('from the future'), createdAt: at(HOUR_MS) },
      { ...row('expired'), expiresAt: at(-HOUR_MS) },
      { ...row('in an archived project'), projectId: things.archivedProject },
      row('same secret', sha256(world.secret)),
    ]
    const { outcomes } = await changingNothing(world, () =>
      world.as.owner.mutate(
        'apiKeysImport',
        { organizationId, rows },
        'outcomes { row apiKey { id } error { code message } }',
      ),
    )
    const codes = ['VALIDATION', 'VALIDATION', 'VALIDATION', 'VALIDATION', 'INVALID_STATE', 'CONFLICT']
    expect(outcomes).toEqual(
      codes.map((code, index) => ({ row: index, apiKey: null, error: expect.objectContaining({ code }) })),
    )
  })
})

describe('people and role mutations', () => {
  const DENIED = ['audit_event', 'audit_head']

  test('a caller cannot grant a role above their own', async () => {
    const { ids } = world
    const { organization: organizationId } = ids
    const nobody = /OWNER or ADMIN/
    await refused('member', 'memberRoleSet', { id: ids.member.member, role: 'ADMIN' }, 'ForbiddenError', nobody, DENIED)
    await refused(
      'projectAdmin',
      'memberRoleSet',
      { id: ids.member.projectAdmin, role: 'ADMIN' },
      'ForbiddenError',
      nobody,
      DENIED,
    )
    await refused(
      'memberAccount',
      'serviceAccountCreate',
      { organizationId, name: 'twin', role: 'MEMBER' },
      'ForbiddenError',
      nobody,
    )
    await refused(
      'projectMember',
      'collaboratorRoleSet',
      { id: ids.collaborator.projectMember, role: 'ADMIN' },
      'ForbiddenError',
      /PROJECT_ADMIN/,
      DENIED,
    )
    await refused(
      'externalMember',
      'collaboratorRoleSet',
      { id: ids.collaborator.externalMember, role: 'ADMIN' },
      'ForbiddenError',
      /PROJECT_ADMIN/,
      DENIED,
    )
    for (const name of ['memberInvite', 'serviceAccountCreate']) {
      const input = {
        organizationId,
        role: 'OWNER',
        ...(name === 'memberInvite' ? { email: 'a@b.example' } : { name: 'boss' }),
      }
      await refused('owner', name, input, 'ValidationError', /offer them ownership/)
    }
    await refused(
      'admin',
      'ownershipTransferOffer',
      { organizationId, memberId: ids.member.admin },
      'ForbiddenError',
      /Required role: OWNER/,
      DENIED,
    )
    await refused('admin', 'legacyKeyReveal', { organizationId }, 'ForbiddenError', /Required role: OWNER/, DENIED)
  })

  test('the Owner can neither be removed or demoted nor leave', async () => {
    const id = world.ids.member.owner
    const error = await refused('admin', 'memberRemove', { id }, 'InvalidStateError', /Transfer ownership first/)
    expect(error.resolvedBy).toEqual(['ownershipTransferOffer'])
    await refused('owner', 'memberRemove', { id }, 'InvalidStateError', /neither leave nor be removed/)
    await refused('admin', 'memberRoleSet', { id, role: 'MEMBER' }, 'InvalidStateError', /cannot be demoted/)
    await refused('owner', 'memberRoleSet', { id, role: 'ADMIN' }, 'InvalidStateError', /cannot be demoted/)
  })

  test('only the invited person can accept an invitation, once, before it expires', async () => {
    const { as, ids, signUp, database } = world
    const guest = await signUp('Guest')
    const invite = async () =>
      await as.owner.mutate(
        'memberInvite',
        { organizationId: ids.organization, email: guest.email, role: 'MEMBER' },
        'acceptUrl invitation { id }',
      )
    const accept = (token: string) => changingNothing(world, () => guest.mutate('invitationAccept', { token }))
    database.clock.advance(-7 * 24 * HOUR_MS)
    const late = tokenOf((await invite()).acceptUrl)
    database.clock.advance(7 * 24 * HOUR_MS)
    expect(await accept(late)).toMatchObject({
      __typename: 'InvalidStateError',
      message: expect.stringMatching(/expired. Ask for a new one/),
    })
    const replaced = tokenOf((await invite()).acceptUrl)
    const sent = await invite()
    const token = tokenOf(sent.acceptUrl)
    expect(await accept(replaced)).toMatchObject({
      __typename: 'InvalidStateError',
      message: expect.stringMatching(/cancelled/),
    })
    for (const by of ['owner', 'member', 'foreignOwner'] as const) {
      await refused(by, 'invitationAccept', { token }, 'ForbiddenError', /another e-mail address/)
    }
    await refused('adminAccount', 'invitationAccept', { token }, 'ForbiddenError', /USER/)
    await guest.mutate('invitationAccept', { token })
    expect(await accept(token)).toMatchObject({
      __typename: 'InvalidStateError',
      message: expect.stringMatching(/already accepted/),
    })
    await refused(
      'owner',
      'invitationCancel',
      { id: sent.invitation.id },
      'InvalidStateError',
      /already accepted.*Remove the member/,
    )
  })

  test('an unknown invitation token is rejected', async () => {
    for (const token of [
      '',
      'nonsense',
      '#token=',
      'x'.repeat(43),
      things.invitationToken.slice(1),
      `${things.invitationToken} `,
    ]) {
      await refused('member', 'invitationAccept', { token }, 'NotFoundError', /invitation does not exist/)
    }
  })

  test('a malformed e-mail address is rejected', async () => {
    const { organization: organizationId, project: projectId, member } = world.ids
    for (const email of ['', 'nobody', '@example.org', 'a@b', 'a b@example.org', `${'x'.repeat(250)}@example.org`]) {
      await refused(
        'owner',
        'memberInvite',
        { organizationId, email, role: 'MEMBER' },
        'ValidationError',
        /e-mail address|at most 254/,
      )
    }
    const either = /either `principalId` or `email`/
    await refused('owner', 'collaboratorAdd', { projectId, role: 'MEMBER' }, 'ValidationError', either)
    const both = { projectId, role: 'MEMBER', principalId: member.member, email: 'a@example.org' }
    await refused('owner', 'collaboratorAdd', both, 'ValidationError', either)
    const again = { projectId, role: 'ADMIN', principalId: member.projectMember }
    const error = await refused('owner', 'collaboratorAdd', again, 'ConflictError', /Change the role/)
    expect(error).toMatchObject({ resolvedBy: ['collaboratorRoleSet'] })
  })

  test('ownership can be offered only to a person and accepted only by that person', async () => {
    const { as, ids } = world
    const { organization: organizationId } = ids
    await refused(
      'owner',
      'ownershipTransferOffer',
      { organizationId, memberId: ids.member.owner },
      'InvalidStateError',
      /already owns the organization/,
    )
    const { data } = await as.owner.ask(
      'query ($id: ID!) { organization(id: $id) { members { nodes { id principal { __typename } } } } }',
      { id: organizationId },
    )
    const account = data.organization.members.nodes.find(
      (node: { principal: { __typename: string } }) => node.principal.__typename === 'ServiceAccount',
    )
    await refused(
      'owner',
      'ownershipTransferOffer',
      { organizationId, memberId: account.id },
      'InvalidStateError',
      /cannot own an organization/,
    )
    await refused('member', 'ownershipTransferAccept', { organizationId }, 'InvalidStateError', /no open offer/)
    await refused('owner', 'ownershipTransferAccept', { organizationId }, 'ForbiddenError', /OFFERED_MEMBER/)
    const error = await refused('owner', 'memberRemove', { id: account.id }, 'InvalidStateError', /service account/)
    expect(error.resolvedBy).toEqual(['serviceAccountRemove'])
  })
})

describe('an archived project', () => {
  test('rejects new keys and collaborators, and denies its existing keys', async () => {
    const { as, ids, client } = world
    const projectId = await createProject(as.owner, ids.organization, 'To be archived')
    const { id, secret } = await createKey(as.owner, projectId, 'archived with it')
    await as.owner.mutate('projectArchive', { id: projectId })
    const archived = /archived\. Restore/
    await refused('owner', 'apiKeyCreate', { projectId, name: 'new' }, 'InvalidStateError', archived)
    await refused(
      'owner',
      'collaboratorAdd',
      { projectId, principalId: ids.member.member, role: 'MEMBER' },
      'InvalidStateError',
      archived,
    )
    await refused(
      'owner',
      'collaboratorAdd',
      { projectId, email: 'a@example.org', role: 'MEMBER' },
      'InvalidStateError',
      archived,
    )
    await refused('owner', 'projectUpdate', { id: projectId, name: 'New name' }, 'InvalidStateError', archived)
    for (const [name, input] of [
      ['apiKeyRotate', {}],
      ['apiKeyUpdate', { name: 'again' }],
      ['apiKeyScopesSet', { workloads: [] }],
      ['apiKeyExpirationSet', { expiresAt: null }],
    ] as const) {
      await refused('owner', name, { id, ...input }, 'InvalidStateError', archived)
    }
    expect((await client(secret).ask('{ viewer { kind } }')).status).toBe(401)
    await as.owner.mutate('projectRestore', { id: projectId })
    expect((await client(secret).ask('{ viewer { kind } }')).status).toBe(200)
  })

  // Failed while a repetition was an InvalidStateError: a script that lost the first answer had to read the state.
  test('repeating an archive or restore request changes nothing', async () => {
    const { as, ids } = world
    const id = await createProject(as.owner, ids.organization, 'Archived twice')
    for (const name of ['projectArchive', 'projectArchive', 'projectRestore', 'projectRestore'])
      expect(await as.owner.mutate(name, { id }, 'project { id }')).toMatchObject({ project: { id } })
    const query = 'query ($id: ID!) { project(id: $id) { auditLog(first: 50) { nodes { action } } } }'
    const { data } = await as.owner.ask(query, { id })
    const actions = data.project.auditLog.nodes.map(({ action }: { action: string }) => action)
    expect(actions.toSorted()).toEqual(['project.archived', 'project.created', 'project.restored'])
  })

  test('the default project cannot be archived', async () => {
    await refused(
      'owner',
      'projectArchive',
      { id: world.ids.defaultProject },
      'InvalidStateError',
      /default project cannot/,
    )
  })
})

describe('GraphQL requests', () => {
  test('a request with a malformed or unknown credential is rejected before the query is read', async () => {
    const { secret, client } = world
    const flipped = secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0')
    for (const token of [
      'nonsense',
      'kw_proj_',
      flipped,
      secret.replace('kw_proj_', 'kw_svc_'),
      secret.toUpperCase(),
      `${secret}0`,
      'x'.repeat(4_000),
      'x'.repeat(5_000),
      world.as.owner.token?.slice(0, -1) ?? '',
      `${'A'.repeat(32)}.${'B'.repeat(43)}=`,
      'null',
    ]) {
      const { status, data, errors } = await changingNothing(world, () => client(token).ask('{ viewer { kind } }'))
      expect(status, token.slice(0, 60)).toBe(401)
      expect(data).toBeUndefined()
      expect(errors?.[0]).toMatchObject({
        message: expect.stringMatching(/not valid.*Send a valid credential/),
        extensions: { code: 'UNAUTHENTICATED' },
      })
    }
  })

  test.each([
    ['200,000 repeated fields', () => `{ viewer { ${'kind '.repeat(200_000)} } }`],
    ['10,000 repeated fields', () => `{ viewer { ${'kind '.repeat(10_000)} } }`],
    ['600 repeated fields', () => `{ viewer { ${'kind '.repeat(600)} } }`],
    [
      'a 100-level query',
      () =>
        `{ node(id: "x") ${'{ ... on Project { organization { defaultProject '.repeat(50)} { id } ${'} } }'.repeat(50)} }`,
    ],
    ['a 100-level list', () => `query { nodes(ids: ${'['.repeat(100)}"x"${']'.repeat(100)}) { id } }`],
    [
      'a query with exponentially nested fragments',
      () =>
        `{ viewer { ...f0 } } ${Array.from({ length: 30 }, (_, i) => `fragment f${i} on Viewer { ${i === 29 ? 'kind' : `...f${i + 1} ...f${i + 1} kind`} }`).join(' ')}`,
    ],
    ['40 aliases', () => `{ viewer { ${Array.from({ length: 40 }, (_, i) => `a${i}: kind`).join(' ')} } }`],
    [
      'a query for nested pages of 100',
      () =>
        '{ viewer { organizations(first: 100) { nodes { projects(first: 100) { nodes { apiKeys(first: 100) { nodes { id } } } } } } } }',
    ],
  ])('%s is rejected before it runs', async (_title, query) => {
    const { status, data, errors } = await world.as.owner.ask(query())
    expect(status).toBeLessThan(500)
    expect(data ?? null).toBeNull()
    expect(errors?.[0]?.extensions.code).toMatch(/^(QUERY_TOO_COSTLY|BAD_REQUEST)$/)
    expect(errors?.[0]?.message).toMatch(/Ask|Use|Nest|Put|Select/)
  })

  test('a request body is rejected if it is too large, not JSON or not a GraphQL request', async () => {
    const send = (body: string) =>
      world.app.fetch(
        new Request('http://127.0.0.1:4000/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${world.as.owner.token}` },
          body,
        }),
      )
    const tooLarge = JSON.stringify({ query: '{ viewer { kind } }', variables: { name: 'x'.repeat(1_100_000) } })
    for (const [body, status] of [
      [tooLarge, 413],
      ['{', 400],
      ['', 400],
      ['null', 400],
      ['[]', 400],
      ['"text"', 400],
      ['{"query":12}', 400],
      ['{"query":"{ viewer { kind } }","variables":"x"}', 400],
      ['{"query":"{ viewer { kind } }","variables":[1]}', 400],
      ['{"query":"{ viewer { kind"}', 400],
      [`{"query":"{ viewer { kind } }","variables":${'[1,'.repeat(100)}1${']'.repeat(100)}}`, 400],
    ] as const) {
      const response = await send(body)
      expect(response.status, body.slice(0, 60)).toBe(status)
      const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] }
      expect(errors[0]?.extensions.code).toBe('BAD_REQUEST')
    }
    expect((await world.as.owner.ask('{ viewer { kind } }')).data.viewer).toEqual(LIVE)
  })

  test('a member keeps a higher role when accepting an invitation with a lower one', async () => {
    const { as, ids, signUp } = world
    const person = await signUp('Raised')
    const id = await join(as.owner, ids.organization, person, 'ADMIN')
    const { acceptUrl } = await as.owner.mutate(
      'memberInvite',
      { organizationId: ids.organization, email: person.email, role: 'MEMBER' },
      'acceptUrl',
    )
    await person.mutate('invitationAccept', { token: tokenOf(acceptUrl) })
    const { data } = await as.owner.ask('query ($id: ID!) { node(id: $id) { ... on Member { role } } }', { id })
    expect(data.node).toEqual({ role: 'ADMIN' })
  })
})

test('a key update without fields is rejected with the names of the possible fields', async () => {
  const { as, ids } = world
  expect((await as.owner.mutate('apiKeyUpdate', { id: ids.apiKey })).__typename).toBe('ValidationError')
  expect((await as.owner.mutate('apiKeyScopesSet', { id: ids.apiKey })).__typename).toBe('ValidationError')
})

test('an invitation to an archived project is rejected', async () => {
  const { as, ids } = world
  const project = await createProject(as.owner, ids.organization, 'To be archived for invitations')
  await as.owner.mutate('projectArchive', { id: project })
  const input = { organizationId: ids.organization, email: 'late@guests.example', role: 'MEMBER' }
  const projects = [{ projectId: project, role: 'MEMBER' }]
  expect((await as.owner.mutate('memberInvite', { ...input, projects })).__typename).toBe('InvalidStateError')
})

test('a filter deduplicates thousands of equal values and rejects thousands of different ones', async () => {
  const { as, ids } = world
  const keys =
    'query ($id: ID!, $filter: ApiKeyFilter) { project(id: $id) { apiKeys(filter: $filter) { totalCount } } }'
  const ask = async (statuses: string[]) => (await as.owner.ask(keys, { id: ids.project, filter: { statuses } })).data
  expect(await ask(Array(5_000).fill('ACTIVE'))).toEqual(await ask(['ACTIVE']))
  const log =
    'query ($id: ID!, $filter: AuditFilter) { organization(id: $id) { auditLog(filter: $filter) { totalCount } } }'
  const { errors } = await as.owner.ask(log, {
    id: ids.organization,
    filter: { actions: Array(5_000).fill('apiKey.created') },
  })
  expect(errors?.[0]?.extensions.code).toBe('BAD_REQUEST')
})
