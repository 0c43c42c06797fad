import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GeneratedClient, generateClient, runPackage } from './generated-client.ts'
import { type GraphServer, startGraphServer } from './server.ts'

/** A selection narrows the result's type; a field that does not exist does not compile. */
const PROGRAM = `
declare const process: { env: Record<string, string> }
import { createClient } from './client'

const { URL: url = '', TOKEN: token = '', PROJECT: id = '' } = process.env
const client = createClient({ url, headers: { authorization: 'Bearer ' + token } })
const { project } = await client.query({ project: { __args: { id }, name: true } })
// @ts-expect-error: not selected
const { slug } = { ...project }
const { apiKeyCreate } = await client.mutation({
  apiKeyCreate: {
    __args: { input: { projectId: id, name: 'genql' } },
    __typename: true,
    on_ApiKeyCreatePayload: { apiKey: { name: true, status: true } },
    on_ConflictError: { message: true },
  },
})
const wrong = createClient({ url, headers: { authorization: 'Bearer kw_live_wrong' } })
const refused: unknown = await wrong.query({ project: { __args: { id }, name: true } }).catch((error: unknown) => error)
console.log(JSON.stringify({ name: project?.name, apiKeyCreate, refused: String(refused) }))
`

let server: GraphServer
let client: GeneratedClient

beforeAll(async () => {
  server = await startGraphServer()
  client = await generateClient(
    (output) => runPackage('@genql/cli', 'dist/cli.js', '--schema', 'schema/schema.graphql', '--output', output),
    PROGRAM,
  )
})
afterAll(() => Promise.all([server?.close(), client?.remove()]))

test('the client that genql generates from the schema compiles', async () => {
  expect(await client.typeErrors()).toBe('')
})

test('the client that genql generates queries, mutates and shows the code of an error', async () => {
  const { url, projectId, owner } = server
  expect(await client.run({ URL: url, TOKEN: owner.token ?? '', PROJECT: projectId })).toEqual({
    name: 'Chat',
    apiKeyCreate: { __typename: 'ApiKeyCreatePayload', apiKey: { name: 'genql', status: 'ACTIVE' } },
    refused: expect.stringContaining('UNAUTHENTICATED'),
  })
})
