import { Client, type Exchange, fetchExchange, gql } from '@urql/core'
import { cacheExchange } from '@urql/exchange-graphcache'
import { persistedExchange } from '@urql/exchange-persisted'
import { introspectionFromSchema } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { schema } from '../../../schema/graph.ts'
import { CHANGES, type GraphServer, startGraphServer, VIEWER } from './server.ts'

let server: GraphServer

beforeAll(async () => {
  server = await startGraphServer()
})
afterAll(() => server?.close())

const variables = () => ({ id: server.projectId })
const found = { error: undefined, data: { project: { name: 'Chat' } } }

const create = (exchanges: Exchange[], preferGetMethod = false) =>
  new Client({
    url: server.url,
    preferGetMethod,
    fetchSubscriptions: true,
    fetchOptions: { headers: server.headers },
    exchanges,
  })

test.each([true, false])('urql queries, by GET: %s', async (get) => {
  expect(await create([fetchExchange], get).query(gql(VIEWER), variables()).toPromise()).toMatchObject(found)
})

test('urql caches objects by id', async () => {
  const client = create([cacheExchange({ schema: introspectionFromSchema(schema) }), fetchExchange])
  expect(await client.query(gql(VIEWER), variables()).toPromise()).toMatchObject(found)
  expect(client.readQuery(gql(VIEWER), variables())).toMatchObject({ data: found.data })
})

// Failed before: the hash of an unknown document was answered as a request without a query.
test('urql sends a persisted document’s hash', async () => {
  const client = create([persistedExchange({ preferGetForPersistedQueries: true }), fetchExchange])
  const document = gql(VIEWER.replace('Viewer', 'Hashed'))
  for (let time = 1; time <= 2; time += 1) {
    const answer = await client.query(document, variables(), { requestPolicy: 'network-only' }).toPromise()
    expect(answer).toMatchObject(found)
  }
})

test('urql subscribes by fetch', async () => {
  const names: string[] = []
  const { unsubscribe } = create([fetchExchange])
    .subscription(gql(CHANGES), { projectId: server.projectId })
    .subscribe(({ data }) => {
      if (data) names.push(data.apiKeyChanges.apiKey.name)
    })
  await expect.poll(() => server.nextKey('urql', names), { interval: 200 }).toBeGreaterThanOrEqual(2)
  unsubscribe()
})
