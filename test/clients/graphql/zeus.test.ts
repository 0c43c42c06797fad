import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Parser } from 'graphql-js-tree'
import { TreeToTS } from 'graphql-zeus-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GeneratedClient, generateClient } from './generated-client.ts'
import { type GraphServer, startGraphServer } from './server.ts'

/**
 * Generates as the command `zeus schema.graphql --node --esModule` does. The command itself is not installed: it brings
 * 200 packages, among them a web server.
 */
async function generate(folder: string): Promise<void> {
  const tree = Parser.parse(await readFile('schema/schema.graphql', 'utf8'))
  const files = TreeToTS.resolveTreeSplit({ tree, env: 'browser', host: '', esModule: true })
  await mkdir(folder)
  await writeFile(join(folder, 'const.ts'), files.const)
  await writeFile(join(folder, 'index.ts'), files.indexImports.replace('./const.js', './const') + files.index)
}

const PROGRAM = `
declare const process: { env: Record<string, string> }
import { $, Chain } from './client'

const { URL: url = '', TOKEN: token = '', PROJECT: id = '' } = process.env
const chain = Chain(url, { headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' } })
const { project } = await chain('query')({ project: [{ id: $('id', 'ID!') }, { name: true }] }, { variables: { id } })
const { apiKeyCreate } = await chain('mutation')({
  apiKeyCreate: [
    { input: { projectId: id, name: 'zeus' } },
    { '...on ApiKeyCreatePayload': { apiKey: { name: true, status: true } }, '...on ConflictError': { message: true } },
  ],
})
const wrong = Chain(url, { headers: { authorization: 'Bearer kw_live_wrong', 'content-type': 'application/json' } })
const refused: unknown = await wrong('query')({ project: [{ id }, { name: true }] }).catch((error: unknown) => error)
console.log(JSON.stringify({ name: project?.name, apiKeyCreate, refused: JSON.stringify(refused) }))
`

let server: GraphServer
let client: GeneratedClient

beforeAll(async () => {
  server = await startGraphServer()
  client = await generateClient(generate, PROGRAM)
})
afterAll(() => Promise.all([server?.close(), client?.remove()]))

test('the client that Zeus generates from the schema compiles', async () => {
  expect(await client.typeErrors()).toBe('')
})

test('the client that Zeus generates queries, mutates and shows the code of an error', async () => {
  const { url, projectId, owner } = server
  expect(await client.run({ URL: url, TOKEN: owner.token ?? '', PROJECT: projectId })).toEqual({
    name: 'Chat',
    apiKeyCreate: { apiKey: { name: 'zeus', status: 'ACTIVE' } },
    refused: expect.stringContaining('UNAUTHENTICATED'),
  })
})
