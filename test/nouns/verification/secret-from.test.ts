import { createGateway, type Gateway } from '@keyward/sdk/gateway'
import { admissionOf, requireApiKey as requireForExpress } from '@keyward/sdk/gateway/express'
import { requireApiKey } from '@keyward/sdk/gateway/fetch'
import { secretsFrom } from '@keyward/sdk/gateway/secrets'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startGateway, type TestGateway } from './gateway.ts'

/*
 * Secrets in other places than `Authorization: Bearer`, and preflights, at the forward-auth endpoint and in the gateway
 * module. The cases of reading are in engine/cases/presented.json.
 */

const PLACES = ['x-api-key', 'api-key', 'websocket', 'basic'] as const

let app: TestApp
let gateway: TestGateway
let module: Gateway
let secret: string
let other: string
beforeAll(async () => {
  const environment = {
    KEYWARD_SECRET_FROM: PLACES.join(', '),
    KEYWARD_PREFLIGHT_METHOD: 'x-original-method',
  }
  app = await startApp({ environment })
  const owner = await app.signUp('Owner')
  const { defaultProject } = await createOrganization(owner, 'Everywhere')
  ;({ secret } = await createKey(owner, defaultProject, 'one'))
  ;({ secret: other } = await createKey(owner, defaultProject, 'other'))
  gateway = await startGateway(app)
  const fetch = (to: string | URL | Request, init?: RequestInit) => app.app.fetch(new Request(to, init))
  module = createGateway({ baseUrl: ORIGIN, token: gateway.token, fetch, readSecret: secretsFrom(...PLACES) })
  await module.ready()
})
afterAll(async () => {
  await module?.close({ timeout: 1_000 }).catch(() => {})
  await app?.close()
})

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

/** The status and reason of the endpoint, and those of the module for the same headers. */
async function decide(headers: Record<string, string>) {
  const response = await gateway.authorize(null, headers)
  const here = await module.authorize(new Request('https://inference.invalid/', { headers }))
  return {
    endpoint: [response.status, response.headers.get('keyward-reason') || null],
    module: here.__typename === 'ApiKeyAllowed' ? [200, null] : [here.httpStatus, here.message],
  }
}

test('a secret is read from each configured header', async () => {
  const places: Record<string, string>[] = [
    { authorization: `Bearer ${secret}` },
    { 'x-api-key': secret },
    { 'api-key': secret },
    { 'sec-websocket-protocol': `realtime, openai-insecure-api-key.${secret}, openai-beta.realtime-v1` },
    { authorization: basic(`anyone:${secret}`) },
    { authorization: basic(`${secret}:`) },
    { authorization: `Bearer ${secret}`, 'x-api-key': secret },
  ]
  for (const headers of places) {
    expect(await decide(headers), JSON.stringify(Object.keys(headers))).toEqual({
      endpoint: [200, null],
      module: [200, null],
    })
  }
})

// Failed while the first secret found decided: the server behind the proxy might have read the second one.
test('a request with two different secrets or without a secret is rejected', async () => {
  const two = 'Send one secret, not two.'
  for (const headers of [
    { authorization: `Bearer ${secret}`, 'x-api-key': other },
    { 'x-api-key': secret, 'api-key': other },
    { authorization: basic(`anyone:${secret}`), 'api-key': 'something' },
  ]) {
    expect(await decide(headers)).toEqual({ endpoint: [401, 'TWO_SECRETS'], module: [401, two] })
  }
  expect((await decide({})).endpoint).toEqual([401, 'NO_SECRET'])
})

const PREFLIGHT = { origin: 'https://app.example', 'access-control-request-method': 'POST' }

test('only a preflight that the proxy’s header confirms is allowed without a secret', async () => {
  const status = async (headers: Record<string, string>, init: RequestInit = {}) =>
    (await gateway.authorize(null, headers, init)).status
  expect(await status({ ...PREFLIGHT, 'x-original-method': 'OPTIONS' })).toBe(200)
  expect(await status({ ...PREFLIGHT, 'x-original-method': 'POST' })).toBe(401)
  expect(await status({ origin: PREFLIGHT.origin, 'x-original-method': 'OPTIONS' })).toBe(401)
  // The method of the call is the proxy's own where a header is configured.
  expect(await status(PREFLIGHT, { method: 'OPTIONS' })).toBe(401)
  expect(await status({ ...PREFLIGHT, 'x-original-method': 'OPTIONS', 'keyward-gateway': 'kw_gate_unknown' })).toBe(401)
})

test('by default only Bearer secrets are read', async () => {
  const plain = await startApp()
  const its = await startGateway(plain)
  const status = async (headers: Record<string, string>, init: RequestInit = {}) =>
    (await its.authorize(null, headers, init)).headers.get('keyward-reason')
  expect(await status({ 'x-api-key': secret })).toBe('NO_SECRET')
  expect(await status({ authorization: basic(`:${secret}`) })).toBe('NO_SECRET')
  expect(await status({ authorization: `Bearer ${secret}`, 'x-api-key': other })).toBe('NOT_FOUND')
  expect(await status(PREFLIGHT, { method: 'OPTIONS' })).toBe('NO_SECRET')
  await plain.close()
  const bearer = createGateway({ baseUrl: ORIGIN, token: gateway.token, fetch: async () => new Response() })
  expect(bearer.carriesSecret({ headers: { 'x-api-key': secret } })).toBe(false)
  expect(bearer.carriesSecret({ headers: { authorization: `Bearer ${secret}` } })).toBe(true)
  await bearer.close({ timeout: 100 }).catch(() => {})
})

test('the middleware allows preflights only if its options permit them', async () => {
  const request = new Request('https://inference.invalid/', { method: 'OPTIONS', headers: PREFLIGHT })
  const serve = () => new Response('served')
  const handle = requireApiKey(module, { preflight: () => new Response(null, { status: 204 }) })(serve)
  expect((await handle(request)).status).toBe(204)
  expect((await requireApiKey(module)(serve)(request)).status).toBe(401)
  const passed = await new Promise<string>((resolve) => {
    const express = { method: 'OPTIONS', headers: PREFLIGHT }
    const response = {
      statusCode: 0,
      headersSent: false,
      once: () => {},
      setHeader: () => {},
      end: () => resolve('denied'),
    }
    requireForExpress(module, { passPreflights: true })(express, response, () => {
      resolve('passed')
      expect(() => admissionOf(express)).toThrow(TypeError)
    })
  })
  expect(passed).toBe('passed')
})
