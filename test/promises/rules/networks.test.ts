import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization, createProject } from '../../infra/world.ts'

let app: TestApp
let owner: Client
let projectId: string
beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  projectId = await createProject(owner, (await createOrganization(owner, 'Acme')).id, 'Bound')
})
afterAll(() => app?.close())

/** Sends a query with a key from an address. */
async function askFrom(clientAddress: string | null, secret: string) {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json', accept: 'application/json' }
  const body = JSON.stringify({ query: '{ viewer { kind } }' })
  const request = new Request(`${ORIGIN}/graphql`, { method: 'POST', headers, body })
  const response = await app.app.fetch(request, clientAddress === null ? undefined : { clientAddress })
  const { data, errors } = await response.json()
  return { status: response.status, kind: data?.viewer.kind ?? null, code: errors?.[0]?.extensions.code ?? null }
}

// Failed while only gateways checked a key's networks: a stolen key could read its project from anywhere.
test('a key that is restricted to networks can query the GraphQL API only from them', async () => {
  const { secret } = await createKey(owner, projectId, 'bound', { allowedIps: ['10.1.2.0/24', '2001:db8::/32'] })
  const passes = { status: 200, kind: 'API_KEY', code: null }
  for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '2001:db8::1']) {
    expect(await askFrom(address, secret), address).toEqual(passes)
  }
  const refused = { status: 401, kind: null, code: 'UNAUTHENTICATED' }
  for (const address of ['10.1.3.3', '2001:db9::1', 'nonsense', null]) {
    expect(await askFrom(address, secret), String(address)).toEqual(refused)
  }
  const free = await createKey(owner, projectId, 'free')
  for (const address of ['10.1.3.3', null]) expect(await askFrom(address, free.secret)).toEqual(passes)
})
