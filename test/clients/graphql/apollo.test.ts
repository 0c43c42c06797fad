import { createHash } from 'node:crypto'
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CHANGES, type GraphServer, startGraphServer, VIEWER } from './server.ts'

let server: GraphServer

beforeAll(async () => {
  server = await startGraphServer()
})
afterAll(() => server?.close())

const query = gql(VIEWER)
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** A client that records its requests. */
function client(options: Omit<HttpLink.Options, 'uri' | 'headers'> = {}, before: ApolloLink[] = []) {
  const sent: { method: string; body: string }[] = []
  const recording: typeof fetch = (url, init) => {
    sent.push({ method: init?.method ?? 'GET', body: String(init?.body ?? url) })
    return fetch(url, init)
  }
  const http = new HttpLink({ uri: server.url, headers: server.headers, fetch: recording, ...options })
  const apollo = new ApolloClient({ cache: new InMemoryCache(), link: ApolloLink.from([...before, http]) })
  return { apollo, sent }
}

const variables = () => ({ id: server.projectId })

test('Apollo Client queries by POST', async () => {
  const { data } = await client().apollo.query({ query, variables: variables() })
  expect(data).toMatchObject({ project: { name: 'Chat' } })
})

// Failed before: a GET with `content-type: application/json` was read as a body.
test('Apollo Client queries by GET', async () => {
  const { apollo, sent } = client({ useGETForQueries: true })
  expect((await apollo.query({ query, variables: variables() })).data).toMatchObject({ project: { name: 'Chat' } })
  expect(sent.map(({ method }) => method)).toEqual(['GET'])
})

// Failed before: the hash of an unknown document was answered as a request without a query.
test.each([true, false])('Apollo Client sends a persisted document’s hash by GET: %s', async (get) => {
  const document = gql(VIEWER.replace('Viewer', `Viewer${get}`))
  const { apollo, sent } = client({}, [new PersistedQueryLink({ sha256, useGETForHashedQueries: get })])
  for (let time = 1; time <= 2; time += 1) {
    const { data } = await apollo.query({ query: document, variables: variables(), fetchPolicy: 'network-only' })
    expect(data).toMatchObject({ project: { name: 'Chat' } })
  }
  // The hash, the document with its hash, the hash again.
  expect(sent.map(({ body }) => /[{%]?query(%20| )Viewer/.test(decodeURIComponent(body)))).toEqual([false, true, false])
})

// Failed before: Apollo's HttpLink accepts a subscription as multipart/mixed only, which was rejected with 406.
test('Apollo Client subscribes by multipart/mixed', async () => {
  const { apollo } = client()
  const names: string[] = []
  const subscription = apollo
    .subscribe<{ apiKeyChanges: { apiKey: { name: string } } }>({
      query: gql(CHANGES),
      variables: { projectId: server.projectId },
    })
    .subscribe(({ data }) => data && names.push(data.apiKeyChanges.apiKey.name))
  await expect.poll(() => server.nextKey('apollo', names), { interval: 200 }).toBeGreaterThanOrEqual(2)
  subscription.unsubscribe()
  expect(names[0]).toMatch(/^apollo/)
})

test('Apollo Client shows an error’s message', async () => {
  const { apollo } = client()
  const asked = apollo.query({ query: gql`query { nothing }` })
  await expect(asked).rejects.toThrow(/Cannot query field "nothing"/)
})
