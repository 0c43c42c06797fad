import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { generateSecret } from '@keyward/schema/api-key/secret'
import { createGateway } from '@keyward/schema/gateway/service'
import { type Listener, listen } from '@keyward/server/http/listen'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenApp, openApp } from './open-app.ts'

/* Proxies append the path of the original request, so the endpoint receives whatever a client sends. */

let opened: OpenApp
let listener: Listener
beforeAll(async () => {
  opened = await openApp()
  listener = await listen(opened.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
})
afterAll(async () => {
  await listener?.stop(0)
  await opened?.close()
})

/** Sends a path unchanged. `fetch` would resolve its dot segments. */
const ask = (path: string, method = 'GET') =>
  new Promise<{ status: number | undefined; reason: string | string[] | undefined }>((resolve, reject) => {
    const { hostname, port } = new URL(listener.url)
    const asked = request({ hostname, port, path, method, agent: false }, (response) => {
      response.resume()
      response.on('end', () => resolve({ status: response.statusCode, reason: response.headers['keyward-reason'] }))
    })
    asked.on('error', reject).end()
  })

test.each([
  '/authorize',
  '/authorize?model=x',
  '/authorize/v1/chat',
  '/authorize/../health/live',
  '/authorize/..',
  '/authorize/%2e%2e/health/live',
  '/authorize/%2E./graphql',
  '/authorize/..\\health/live',
  '/authorize\\..\\health\\live',
  '/authorize/v1/../../health/ready',
  '/authorize/./../health/live?x=/authorize',
  '/authorize/../../../../health/live#fragment',
  '/authorize//../../health/live',
  // The absolute form, which every server must accept. It once returned the page of `/` with 200.
  'http://127.0.0.1:4000/authorize',
  'https://elsewhere.example/authorize/../health/live?x',
  'HTTP://elsewhere.example/authorize\\..\\health\\live',
])('no path bypasses the forward-auth endpoint: %s', async (path) => {
  for (const method of ['GET', 'POST', 'OPTIONS', 'HEAD']) {
    expect(await ask(path, method), method).toEqual({ status: 401, reason: 'GATEWAY_UNKNOWN' })
  }
})

test.each(['/authorizeX', '/authorizeX/../health/live', '/authorize..%2fhealth/live', '/authorized'])(
  'a path that only starts with the forward-auth endpoint’s name is 404: %s',
  async (path) => {
    for (const method of ['GET', 'POST', 'OPTIONS', 'HEAD']) {
      expect(await ask(path, method), method).toEqual({ status: 404, reason: 'BAD_REQUEST' })
    }
  },
)

test('other paths get the same response in absolute form as in origin form', async () => {
  expect(await ask('http://elsewhere.example/health/live')).toEqual({ status: 200, reason: undefined })
  expect(await ask('http://elsewhere.example/nowhere')).toEqual({ status: 404, reason: undefined })
  expect(await ask('*', 'OPTIONS')).toMatchObject({ status: 404 })
})

test('other paths can contain dot segments', async () => {
  expect(await ask('/health/live')).toEqual({ status: 200, reason: undefined })
  expect(await ask('/elsewhere/../health/live')).toEqual({ status: 200, reason: undefined })
})

/*
 * Over a socket, the endpoint reads Node's request. `fetch`, which the other tests use, passes a Request. Both must
 * give the same response. Failed with Node's `headers`, which take the first of two authorizations.
 */
test('the forward-auth endpoint responds equally over a socket and through fetch', async () => {
  const { token } = await createGateway(opened.app.runtime, 'Socket')
  const secret = generateSecret('proj')
  const json = { 'content-type': 'application/json; charset=utf-8' }
  const asked: { method?: string; headers: Record<string, string | string[]>; body?: string }[] = [
    { headers: {} },
    { headers: { 'keyward-gateway': token } },
    { headers: { 'keyward-gateway': token, authorization: `Bearer ${secret}` } },
    { headers: { 'KEYWARD-Gateway': token, Authorization: `bearer  ${secret}`, 'x-request-id': 'chosen-by-client' } },
    { headers: { 'keyward-gateway': token, authorization: [`Bearer ${secret}`, 'Bearer another'] } },
    { headers: { 'keyward-gateway': token, authorization: `Bearer ${secret}`, 'keyward-workload': 'NONE' } },
    { method: 'HEAD', headers: { 'keyward-gateway': token, authorization: `Bearer ${secret}` } },
    { method: 'POST', headers: { ...json, 'keyward-gateway': token, authorization: `Bearer ${secret}` }, body: '{}' },
    { method: 'POST', headers: { ...json, 'keyward-gateway': token, authorization: `Bearer ${secret}` }, body: '[' },
    {
      method: 'POST',
      headers: { ...json, 'keyward-gateway': token, authorization: `Bearer ${secret}` },
      body: JSON.stringify({ model: 'x'.repeat(20_000) }),
    },
    {
      method: 'POST',
      headers: { ...json, 'keyward-gateway': token, authorization: `Bearer ${secret}` },
      body: JSON.stringify({ status: 200, estimatedUnits: [{ lineItem: 'IMAGES', quantity: -1 }] }),
    },
  ]
  const own = ['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding']
  for (const [index, { method = 'GET', headers, body }] of asked.entries()) {
    const viaSocket = await overSocket(method, headers, body)
    const pairs = Object.entries(headers).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    )
    const request = new Request(`${listener.url}/authorize`, { method, headers: pairs, ...(body && { body }) })
    const viaFetch = await opened.app.fetch(request)
    const known = (given: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(given).filter(([name]) => !own.includes(name)))
    const sameId = (given: Record<string, unknown>) =>
      headers['x-request-id'] === undefined ? { ...given, 'x-request-id': expect.any(String) } : given
    const sameTime = (given: Record<string, unknown>) =>
      'keyward-as-of' in given ? { ...given, 'keyward-as-of': expect.any(String) } : given
    expect(viaSocket.status, `case ${index}`).toBe(viaFetch.status)
    expect(known(viaSocket.headers), `case ${index}`).toEqual(
      sameTime(sameId(known(Object.fromEntries(viaFetch.headers)))),
    )
    const told = (text: string) => text.replace(/"asOf":"[^"]*"/, '"asOf":""')
    expect(told(viaSocket.body), `case ${index}`).toBe(method === 'HEAD' ? '' : told(await viaFetch.text()))
  }
})

const overSocket = (method: string, headers: Record<string, string | string[]>, body?: string) =>
  new Promise<{ status: number | undefined; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(listener.url)
    // A flat list of names and values, because Node drops the second authorization of an object.
    const raw = Object.entries(headers).flatMap(([name, values]) => [values].flat().flatMap((value) => [name, value]))
    const sent = body === undefined ? raw : [...raw, 'content-length', String(Buffer.byteLength(body))]
    const asked = request(
      { hostname, port, path: '/authorize', method, agent: false, headers: ['host', `${hostname}:${port}`, ...sent] },
      async (response) =>
        resolve({ status: response.statusCode, headers: response.headers, body: await text(response) }),
    )
    asked.on('error', reject).end(body)
  })
