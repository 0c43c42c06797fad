import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, clientOf, type Json, ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { addCollaborator, createOrganization, createProject } from '../../infra/world.ts'
import { AUDIENCE, type Issuer, startIssuer } from './issuer.ts'

// `POST /token` exchanges a workload's identity token under a trust, so that CI holds no secret.

let app: TestApp
let issuer: Issuer
let owner: Client
let organizationId: string
let projectId: string
let otherProjectId: string
let account: string
let collaborator: string
beforeAll(async () => {
  issuer = await startIssuer()
  app = await startApp({ environment: { KEYWARD_WEBHOOK_PRIVATE_TARGETS: 'allow' } })
  owner = await app.signUp('Owner')
  organizationId = (await createOrganization(owner, 'Acme')).id
  projectId = await createProject(owner, organizationId, 'Deployed')
  otherProjectId = await createProject(owner, organizationId, 'Other')
  // An ADMIN of the organization, so that a token that is not narrowed would reach everything.
  const input = { organizationId, name: 'deploy', role: 'ADMIN' }
  account = (await owner.mutate('serviceAccountCreate', input, 'serviceAccount { id }')).serviceAccount.id
  collaborator = await addCollaborator(owner, projectId, account, 'MEMBER')
})
afterAll(async () => {
  await app?.close()
  await issuer?.close()
})

const CONDITIONS = [
  { claim: 'repository', pattern: 'octo/app' },
  { claim: 'ref', pattern: 'refs/heads/*' },
]

async function newTrust(more: object = {}): Promise<string> {
  const input = {
    projectId,
    serviceAccountId: account,
    name: 'CI',
    issuer: issuer.url,
    conditions: CONDITIONS,
    ...more,
  }
  const made = await owner.mutate('trustCreate', input, 'trust { id audience }')
  expect(made).toMatchObject({ trust: { audience: AUDIENCE } })
  return made.trust.id
}

const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token'

async function exchange(trust: string, token: string, more: Record<string, string> = {}): Promise<Json> {
  const grant = 'urn:ietf:params:oauth:grant-type:token-exchange'
  const body = { grant_type: grant, subject_token_type: ID_TOKEN, subject_token: token, audience: trust, ...more }
  const answer = await app.app.fetch(
    new Request(`${ORIGIN}/token`, { method: 'POST', body: new URLSearchParams(body) }),
  )
  return { status: answer.status, ...((await answer.json()) as object) }
}

const denialOf = async (id: string): Promise<string | null> => {
  const { data } = await owner.ask('query ($id: ID!) { node(id: $id) { ... on Trust { lastDenial } } }', { id })
  return data.node.lastDenial
}

/** Exchanges for a client, which must be issued. */
async function clientFrom(trust: string): Promise<Client> {
  const { status, access_token: token } = await exchange(trust, await issuer.sign())
  expect([status, token]).toEqual([200, expect.stringMatching(/^kw_svc_/)])
  return clientOf(app.app, token)
}

const works = async (client: Client): Promise<boolean> => (await client.ask('{ viewer { __typename } }')).status === 200

test('a workload creates a key as the service account in the project', async () => {
  const trust = await newTrust()
  const answer = await exchange(trust, await issuer.sign(), { expires_in: '120' })
  expect(answer).toMatchObject({ status: 200, token_type: 'Bearer', expires_in: 120 })
  const workload = clientOf(app.app, answer.access_token)
  const created = 'apiKey { createdBy { __typename ... on ServiceAccount { id } } } secret'
  expect(await workload.mutate('apiKeyCreate', { projectId, name: 'deployed' }, created)).toMatchObject({
    apiKey: { createdBy: { __typename: 'ServiceAccount', id: account } },
    secret: expect.stringMatching(/^kw_proj_/),
  })
  // Failed while the token kept the account's role in the organization.
  expect(await workload.mutate('apiKeyCreate', { projectId: otherProjectId, name: 'elsewhere' })).toMatchObject({
    __typename: 'NotFoundError',
  })
  expect(await workload.mutate('projectCreate', { organizationId, name: 'by CI' })).toMatchObject({
    __typename: 'ForbiddenError',
  })
  expect(await workload.mutate('serviceAccountTokenRotate', { id: account })).toMatchObject({
    __typename: 'ForbiddenError',
  })
  const events = await app.database.sql<{ details: Json }>(
    `SELECT details FROM audit_event WHERE action = 'trust.tokenCreated'`,
  )
  expect(events).toMatchObject([
    { details: { subject: 'repo:octo/app:ref:refs/heads/main', serviceAccount: 'deploy' } },
  ])
  expect(JSON.stringify(events)).not.toContain('kw_svc_')
})

test('workload tokens end when the trust, the role or the project no longer allows them', async () => {
  const trust = await newTrust()
  const paused = await clientFrom(trust)
  expect(await works(paused)).toBe(true)
  await owner.mutate('trustUpdate', { id: trust, enabled: false })
  expect(await works(paused)).toBe(false)
  expect(await exchange(trust, await issuer.sign())).toMatchObject({ status: 400, error: 'invalid_request' })
  await owner.mutate('trustUpdate', { id: trust, enabled: true })
  expect(await works(paused)).toBe(false)

  const held = await clientFrom(trust)
  await owner.mutate('projectPause', { id: projectId })
  expect(await works(held)).toBe(false)
  await owner.mutate('projectResume', { id: projectId })
  await owner.mutate('collaboratorRemove', { id: collaborator })
  expect(await works(held)).toBe(false)
  collaborator = await addCollaborator(owner, projectId, account, 'MEMBER')

  const old = await clientFrom(trust)
  await app.database.sql(`UPDATE trust_token SET created_at = now() - interval '1 hour', expires_at = now()`)
  expect(await works(old)).toBe(false)

  const last = await clientFrom(trust)
  expect(await owner.mutate('trustDelete', { id: trust }, 'project { id }')).toEqual(
    expect.objectContaining({ project: { id: projectId } }),
  )
  expect(await works(last)).toBe(false)
})

const now = () => Math.floor(Date.now() / 1_000)

test.each<[string, () => JWTPayload, string]>([
  ['another audience', () => ({ aud: 'https://elsewhere.example' }), 'AUDIENCE'],
  ['no audience', () => ({ aud: undefined as never }), 'AUDIENCE'],
  ['another issuer', () => ({ iss: 'https://elsewhere.example' }), 'ISSUER'],
  ['another repository', () => ({ repository: 'octo/app2' }), 'CONDITIONS'],
  ['the claim in another case', () => ({ repository: 'Octo/app' }), 'CONDITIONS'],
  ['a list as the claim', () => ({ repository: ['octo/app'] }), 'CONDITIONS'],
  ['no such claim', () => ({ repository: undefined }), 'CONDITIONS'],
  ['another ref', () => ({ ref: 'refs/tags/v1' }), 'CONDITIONS'],
  ['a time in the past', () => ({ exp: now() - 60 }), 'EXPIRED'],
  ['a time that has not come', () => ({ nbf: now() + 120 }), 'EXPIRED'],
  ['no end', () => ({ exp: undefined as never }), 'MALFORMED'],
  ['no subject', () => ({ sub: undefined as never }), 'MALFORMED'],
  ['a life of more than a day', () => ({ exp: now() + 90_000 }), 'LIFETIME'],
  ['an issue in the future', () => ({ iat: now() + 120 }), 'LIFETIME'],
])('a token with %s is denied', async (_what, claims, reason) => {
  const trust = await newTrust()
  expect(await exchange(trust, await issuer.sign(claims()))).toMatchObject({ status: 400, error: 'invalid_request' })
  expect(await denialOf(trust)).toBe(reason)
  await owner.mutate('trustDelete', { id: trust })
})

test('a forged token is denied like a token for an unknown trust', async () => {
  const trust = await newTrust()
  const claims = { iss: issuer.url, aud: AUDIENCE, sub: 's', repository: 'octo/app', ref: 'refs/heads/main' }
  const unsigned = new UnsecuredJWT(claims).setIssuedAt().setExpirationTime('5m').encode()
  const symmetric = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode('a public key is not a secret of HMAC'))
  const [head, body] = (await issuer.sign()).split('.')
  const [, , signature] = (await issuer.sign({ ref: 'refs/heads/x' })).split('.')
  const unknown = await exchange('tru_01h455vb4pex5vsknk084sn02q', await issuer.sign())
  expect(unknown.status).toBe(400)
  const forged = [unsigned, symmetric, `${head}.${body}.${signature}`, 'no token', 'a.b.c', 'x'.repeat(8_192)]
  for (const token of forged) expect(await exchange(trust, token)).toEqual(unknown)
  expect(await exchange(trust, 'x'.repeat(8_193))).toMatchObject({ status: 400 })
  const given = await exchange(trust, await issuer.sign(), { scope: 'workload:BATCH' })
  expect(given).toMatchObject({ status: 400, error: 'invalid_scope' })
  expect(await exchange(trust, await issuer.sign(), { audience: '' })).toMatchObject({ error: 'invalid_target' })
})

// Failed while all organizations shared the 16 simultaneous reads, which one of them could take.
test('slow issuers of one organization do not block the issuers of another', async () => {
  const slow = await startIssuer()
  const fast = await startIssuer()
  const other = await app.signUp('Another owner')
  const { id: theirs } = await createOrganization(other, 'Patient')
  const theirProject = await createProject(other, theirs, 'Deployed')
  const made = { organizationId: theirs, name: 'deploy', role: 'MEMBER' }
  const theirAccount = (await other.mutate('serviceAccountCreate', made, 'serviceAccount { id }')).serviceAccount.id
  await addCollaborator(other, theirProject, theirAccount, 'MEMBER')
  const held: { end(text: string): unknown }[] = []
  slow.answerBy((_request, response) => held.push(response))
  try {
    const apart = await createProject(owner, organizationId, 'Slow')
    await addCollaborator(owner, apart, account, 'MEMBER')
    const trusts = []
    for (let index = 0; index < 16; index += 1)
      trusts.push(await newTrust({ projectId: apart, issuer: `${slow.url}/${index}` }))
    const token = await slow.sign()
    const waiting = trusts.map((trust) => exchange(trust, token))
    await expect.poll(() => held.length).toBe(4)
    const given = { projectId: theirProject, serviceAccountId: theirAccount, issuer: fast.url, name: 'CI' }
    const trust = (await other.mutate('trustCreate', { ...given, conditions: CONDITIONS }, 'trust { id }')).trust.id
    expect((await exchange(trust, await fast.sign())).status).toBe(200)
    for (const response of held) response.end('{')
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(trusts.map(() => 503))
  } finally {
    await slow.close()
    await fast.close()
  }
})

test('a failing issuer is reported as unavailable', async () => {
  const broken = await startIssuer()
  const documents = [
    '{',
    JSON.stringify({ issuer: 'https://elsewhere.example', jwks_uri: `${broken.url}/keys` }),
    JSON.stringify({ issuer: broken.url, jwks_uri: `${broken.url}/keys`, filler: 'x'.repeat(300_000) }),
  ]
  try {
    for (const [index, document] of documents.entries()) {
      let asked = 0
      broken.answerBy((_request, response) => {
        asked += 1
        response.end(document)
      })
      const path = `${broken.url}/${index}`
      const trust = await newTrust({ issuer: path })
      for (let time = 0; time < 3; time += 1) {
        const answer = await exchange(trust, await broken.sign({ iss: path }))
        expect(answer).toMatchObject({ status: 503, error: 'temporarily_unavailable' })
      }
      expect(asked).toBe(1)
    }
    // Redirects are not followed.
    broken.answerBy((_request, response) => response.writeHead(302, { location: `${issuer.url}/keys` }).end())
    const redirected = await newTrust({ issuer: `${broken.url}/redirected` })
    expect(await exchange(redirected, await broken.sign())).toMatchObject({ status: 503 })
    expect(await denialOf(redirected)).toBe('ISSUER_UNAVAILABLE')
  } finally {
    await broken.close()
  }
})

test('an issuer’s signing keys are fetched once', async () => {
  const fresh = await startIssuer()
  const trust = await newTrust({ issuer: fresh.url })
  for (let time = 0; time < 3; time += 1)
    expect(await exchange(trust, await fresh.sign())).toMatchObject({ status: 200 })
  expect(fresh.reads()).toBe(1)
  await fresh.rotate()
  // The keys were read moments ago.
  for (let time = 0; time < 3; time += 1)
    expect(await exchange(trust, await fresh.sign())).toMatchObject({ status: 400 })
  expect(fresh.reads()).toBe(1)
  await fresh.close()
})

test('a trust requires a workload condition, an allowed issuer and a service account role', async () => {
  const input = { projectId, serviceAccountId: account, name: 'CI', issuer: issuer.url, conditions: CONDITIONS }
  const create = (more: object) => owner.mutate('trustCreate', { ...input, ...more })
  for (const conditions of [
    [],
    [{ claim: 'ref', pattern: 'refs/heads/main' }],
    [{ claim: 'sub', pattern: '*' }],
    [{ claim: 'sub', pattern: 'a*b*c*d*e*f*' }],
    [{ claim: 'sub', pattern: '' }],
  ])
    expect(await create({ conditions })).toMatchObject({ __typename: 'ValidationError' })
  for (const issuerUrl of ['ftp://example.com', 'https://user@example.com', 'https://example.com/?a', 'example'])
    expect(await create({ issuer: issuerUrl })).toMatchObject({ __typename: 'ValidationError' })
  expect(await create({ projectId: otherProjectId })).toMatchObject({ __typename: 'InvalidStateError' })
})
