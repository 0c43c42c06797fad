import { once } from 'node:events'
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { addCollaborator, createOrganization, createProject } from '../../infra/world.ts'
import { AUDIENCE, type Issuer, startIssuer } from '../../nouns/trust/issuer.ts'
import { type Command, startCommand } from './command.ts'

/* A job like one of GitHub Actions deploys a key by `keyward`, and holds no secret of Keyward. */

let app: TestApp
let issuer: Issuer
let keyward: Command
let owner: Client
let projectId: string
let trust: string
beforeAll(async () => {
  issuer = await startIssuer()
  app = await startApp({ environment: { KEYWARD_WEBHOOK_PRIVATE_TARGETS: 'allow' } })
  owner = await app.signUp('Owner')
  const { id: organizationId } = await createOrganization(owner, 'Acme')
  projectId = await createProject(owner, organizationId, 'Deployed')
  const input = { organizationId, name: 'deploy', role: 'MEMBER' }
  const account = (await owner.mutate('serviceAccountCreate', input, 'serviceAccount { id }')).serviceAccount.id
  await addCollaborator(owner, projectId, account, 'MEMBER')
  const conditions = [{ claim: 'repository', pattern: 'octo/app' }]
  const given = { projectId, serviceAccountId: account, name: 'CI', issuer: issuer.url, conditions }
  trust = (await owner.mutate('trustCreate', given, 'trust { id }')).trust.id
  keyward = await startCommand(app.app, '')
})
afterAll(async () => {
  await keyward?.close()
  await app?.close()
  await issuer?.close()
})

/** The endpoint from which a job of GitHub Actions has its identity token. */
async function startGitHub(secret: string) {
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://127.0.0.1')
    asked.push(searchParams.get('audience') ?? '')
    if (request.headers.authorization !== `Bearer ${secret}`) return response.writeHead(401).end('{}')
    response.end(JSON.stringify({ value: await issuer.sign({ aud: AUDIENCE }) }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?api-version=2`
  return { url, asked, close: () => server.close() }
}

const create = (name: string) => ['keys', 'create', name, '--project', projectId, '--json']
const namesOfKeys = async (): Promise<string[]> => {
  const { data } = await owner.ask(
    'query ($id: ID!) { project(id: $id) { apiKeys(first: 10) { nodes { name createdBy { __typename } } } } }',
    { id: projectId },
  )
  return data.project.apiKeys.nodes.map((key: { name: string; createdBy: object }) =>
    JSON.stringify([key.name, key.createdBy]),
  )
}

test('a GitHub Actions job can create a key without storing a secret', async () => {
  const github = await startGitHub('of the job')
  const env = {
    KEYWARD_TRUST: trust,
    KEYWARD_ID_TOKEN_AUDIENCE: AUDIENCE,
    ACTIONS_ID_TOKEN_REQUEST_URL: github.url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of the job',
  }
  const { code, stdout, stderr } = await keyward.run(create('deployed'), { env })
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('eyJ')])
  expect(JSON.parse(stdout).secret).toMatch(/^kw_proj_/)
  expect(await namesOfKeys()).toContain(JSON.stringify(['deployed', { __typename: 'ServiceAccount' }]))
  expect(github.asked).toEqual([AUDIENCE])
  expect(await readdir(keyward.home)).toEqual([])
  const refused = await keyward.run(create('never'), { env: { ...env, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'another' } })
  expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('GitHub Actions gave no identity token')])
  github.close()
})

test('other platforms’ identity tokens are read from a variable or a file', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'keyward-identity-')), 'token')
  await writeFile(file, `${await issuer.sign()}\n`)
  const mounted = await keyward.run(create('mounted'), { env: { KEYWARD_TRUST: trust, KEYWARD_ID_TOKEN_FILE: file } })
  expect([mounted.code, mounted.stderr]).toEqual([0, expect.any(String)])
  const foreign = await issuer.sign({ repository: 'octo/other' })
  const denied = await keyward.run(create('never'), { env: { KEYWARD_TRUST: trust, KEYWARD_ID_TOKEN: foreign } })
  expect(denied.code).not.toBe(0)
  expect(denied.stderr).not.toContain(foreign)
  const none = await keyward.run(create('never'), { env: { KEYWARD_TRUST: trust } })
  expect([none.code, none.stderr]).toEqual([3, expect.stringContaining('KEYWARD_ID_TOKEN')])
  expect((await namesOfKeys()).join()).not.toContain('never')
})
