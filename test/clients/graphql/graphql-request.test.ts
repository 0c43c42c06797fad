import { ClientError, GraphQLClient } from 'graphql-request'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GraphServer, startGraphServer, VIEWER } from './server.ts'

let server: GraphServer

beforeAll(async () => {
  server = await startGraphServer()
})
afterAll(() => server?.close())

test.each(['GET', 'POST'] as const)('graphql-request queries by %s', async (method) => {
  const client = new GraphQLClient(server.url, { method, headers: server.headers })
  expect(await client.request(VIEWER, { id: server.projectId })).toMatchObject({ project: { name: 'Chat' } })
})

test('graphql-request shows an error’s code', async () => {
  const client = new GraphQLClient(server.url, { headers: { authorization: 'Bearer kw_live_wrong' } })
  const error = await client.request(VIEWER, { id: server.projectId }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ClientError)
  expect(error).toMatchObject({ response: { status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } })
})
