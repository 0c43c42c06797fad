import { NotFoundError, ValidationError } from '@keyward/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeId, newId } from '../../../schema/core/ids.ts'
import { refusalOf, type SdkWorld, startSdkWorld } from '../../clients/sdk/world.ts'

/*
 * Lists without pages cost as much as they can return. Costs are counted before anything is read, so the tests need no
 * rows.
 */

let world: SdkWorld

beforeAll(async () => {
  world = await startSdkWorld()
})
afterAll(() => world?.close())

async function isTooCostly(query: string, variables: object = {}): Promise<boolean> {
  const { errors } = await world.client(world.ownerToken).ask(query, { id: world.organizationId, ...variables })
  return errors?.some(({ extensions }) => extensions.code === 'QUERY_TOO_COSTLY') ?? false
}

const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: `row ${index}`,
    projectId: world.projectId,
    sha256: index.toString(16).padStart(64, '0'),
  }))

test('the complexity of an import is its number of rows', async () => {
  const query = `mutation ($input: ApiKeysImportInput!) { apiKeysImport(input: $input) { ... on ApiKeysImportPayload {
    outcomes { apiKey { project { apiKeys(first: 100) { nodes { id name status start } } } } } } } }`
  const importing = (count: number) =>
    isTooCostly(query, { input: { organizationId: encodeId('Organization', newId()), rows: rows(count) } })
  expect(await importing(1)).toBe(false)
  expect(await importing(1_000)).toBe(true)
})

test('the SDK imports up to the maximum number of rows and rejects more', async () => {
  const importing = (count: number) =>
    refusalOf(world.owner.apiKeys.import({ organizationId: encodeId('Organization', newId()), rows: rows(count) }))
  expect(await importing(1_000)).toBeInstanceOf(NotFoundError)
  expect(await importing(1_001)).toBeInstanceOf(ValidationError)
})

test('the complexity of unpaged lists is their maximum length', async () => {
  const keys = (fields: string) =>
    isTooCostly(
      `query ($id: ID!) { organization(id: $id) { projects(first: 100) { nodes { apiKeys(first: 100) { nodes { ${fields} } } } } } }`,
    )
  expect(await keys('id name status')).toBe(false)
  expect(await keys('tags { key }')).toBe(true)
  expect(await keys('secretVersions { version }')).toBe(true)
  const invitations = (first: number) =>
    isTooCostly(
      `query ($id: ID!) { organization(id: $id) { invitations(first: ${first}) { nodes { projects { project {
        apiKeys(first: 100) { nodes { id name } } } } } } } }`,
    )
  expect(await invitations(1)).toBe(false)
  expect(await invitations(100)).toBe(true)
})
