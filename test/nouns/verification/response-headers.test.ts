import { DECISION_HEADERS } from '@keyward/server/forward-auth/answer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startGateway, type TestGateway } from './gateway.ts'

/*
 * Caddy 2.6 copies its own placeholder, as text, for a header that `/authorize` does not send. So it sends every `Keyward-*`
 * header with every status. The helper `authorize` checks the same in all other tests.
 */

const names = DECISION_HEADERS

let app: TestApp
let gateway: TestGateway
let secret: string
let limited: string
beforeAll(async () => {
  app = await startApp({ environment: { KEYWARD_PREFLIGHT_METHOD: 'request' } })
  gateway = await startGateway(app)
  const owner = await app.signUp('Owner')
  const { defaultProject } = await createOrganization(owner, 'Every header')
  ;({ secret } = await createKey(owner, defaultProject, 'plain'))
  const key = await createKey(owner, defaultProject, 'used up')
  limited = key.secret
  await owner.mutate('apiKeyLimitsSet', { id: key.id, budgets: [{ period: 'TOTAL', usd: '0.01' }] })
})
afterAll(() => app?.close())

/** Asks by the whole path, with the gateway's token unless the headers say otherwise. */
async function ask(path: string, headers: Record<string, string>, init: RequestInit = {}) {
  const given = { 'keyward-gateway': gateway.token, ...headers }
  const response = await app.app.fetch(new Request(`${ORIGIN}${path}`, { ...init, headers: given }))
  const own = [...response.headers].filter(([name]) => name.startsWith('keyward-'))
  return { status: response.status, own: Object.fromEntries(own) }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const PREFLIGHT = { origin: 'https://app.example', 'access-control-request-method': 'POST' }

test('responses of every status have exactly the documented headers', async () => {
  const spent = { ...bearer(limited), 'keyward-estimated-cost': '1' }
  await expect.poll(async () => (await ask('/authorize', spent)).status).toBe(429)
  const responses = {
    allowed: await ask('/authorize', bearer(secret)),
    preflight: await ask('/authorize', PREFLIGHT, { method: 'OPTIONS' }),
    badRequest: await ask('/authorize', { ...bearer(secret), 'keyward-workload': 'NONE' }),
    noSecret: await ask('/authorize', {}),
    noGateway: await ask('/authorize', { ...bearer(secret), 'keyward-gateway': 'unknown' }),
    unknown: await ask('/authorize', bearer('sk-unknown')),
    forbidden: await ask('/authorize', { ...bearer(secret), 'keyward-resource': 'res_x' }),
    elsewhere: await ask('/authorizeX', bearer(secret)),
    spent: await ask('/authorize', spent),
  }
  const statuses = Object.values(responses).map(({ status }) => status)
  expect(statuses).toEqual([200, 200, 400, 401, 401, 401, 403, 404, 429])
  for (const [name, { own }] of Object.entries(responses)) expect(Object.keys(own).toSorted(), name).toEqual(names)
  expect(responses.allowed.own).toMatchObject({
    'keyward-key-id': expect.stringMatching(/^key_/),
    'keyward-consumer': '',
    'keyward-reason': '',
    'keyward-reservation': '',
    'keyward-warnings': '',
  })
  expect(Object.values(responses.preflight.own).join('')).toBe('')
  expect(responses.spent.own).toMatchObject({ 'keyward-reason': 'BUDGET_EXCEEDED', 'keyward-project-id': '' })
})

test('an UNAVAILABLE response also has every header', async () => {
  await app.database.sql('ALTER FUNCTION keyward_take_leases RENAME TO keyward_take_leases_lost')
  const owner = await app.signUp('Other owner')
  const { defaultProject } = await createOrganization(owner, 'Without leases')
  const key = await createKey(owner, defaultProject, 'limited')
  await owner.mutate('apiKeyLimitsSet', { id: key.id, budgets: [{ period: 'TOTAL', usd: '1' }] })
  const response = await ask('/authorize', { ...bearer(key.secret), 'keyward-estimated-cost': '0.5' })
  expect([response.status, response.own['keyward-reason']]).toEqual([503, 'UNAVAILABLE'])
  expect(Object.keys(response.own).toSorted()).toEqual(names)
})
