import { createClient } from 'graphql-sse'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CHANGES, type GraphServer, startGraphServer, VIEWER } from './server.ts'

let server: GraphServer

beforeAll(async () => {
  server = await startGraphServer()
})
afterAll(() => server?.close())

test('graphql-sse subscribes and queries over separate connections', async () => {
  const { url, headers, projectId } = server
  const client = createClient({ url, headers })
  const names: string[] = []
  const leave = client.subscribe<{ apiKeyChanges: { apiKey: { name: string } } }>(
    { query: CHANGES, variables: { projectId } },
    { next: ({ data }) => data && names.push(data.apiKeyChanges.apiKey.name), error() {}, complete() {} },
  )
  await expect.poll(() => server.nextKey('sse', names), { interval: 200 }).toBeGreaterThanOrEqual(2)
  leave()
  const { value } = await client.iterate({ query: VIEWER, variables: { id: projectId } }).next()
  expect(value).toMatchObject({ data: { project: { name: 'Chat' } } })
})

// Failed before: 405 without a word about what works.
test('the response to graphql-sse in single connection mode names the supported transports', async () => {
  const { url, headers } = server
  const asked = await fetch(url, { method: 'PUT', headers: { ...headers, accept: 'text/event-stream' } })
  expect([asked.status, asked.headers.get('allow')]).toEqual([405, 'GET, POST, OPTIONS'])
  expect(await asked.text()).toMatch(/single connection mode/)
})
