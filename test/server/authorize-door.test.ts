import { request } from 'node:http'
import { type Listener, listen } from '@keyward/server/listen'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenApp, openApp } from './open-app.ts'

/* Proxies put the path of the original request behind the door's, so whatever a client writes there arrives here. */

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

/** Sends a path as it is: fetch would resolve its dot segments first. */
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
  '/authorize..%2fhealth/live',
])('nothing behind the door of proxies leads out of it: %s', async (path) => {
  for (const method of ['GET', 'POST', 'OPTIONS', 'HEAD']) {
    expect(await ask(path, method), method).toEqual({ status: 401, reason: 'GATEWAY_UNKNOWN' })
  }
})

test('paths elsewhere may have dot segments', async () => {
  expect(await ask('/health/live')).toEqual({ status: 200, reason: undefined })
  expect(await ask('/elsewhere/../health/live')).toEqual({ status: 200, reason: undefined })
})
