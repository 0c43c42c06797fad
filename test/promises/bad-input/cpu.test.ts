import { type GraphQLArgument, type GraphQLObjectType, isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schema } from '../../../schema/graph.ts'
import { REQUEST_CAPS } from '../../../server/http/request-caps.ts'
import { type Json, ORIGIN } from '../../infra/app.ts'
import { startWorld, type World } from '../../infra/world.ts'
import { expectCheap, kindsForNextPlace, printFigures } from './cpu.ts'
import { type Place, placesOf, put, sample } from './places.ts'
import { combining, nestedCursor } from './slow-values.ts'

/*
 * R8: rejecting any request costs at most 50 ms of the server's CPU time. Every text field of the schema gets strings
 * of 1 MB that are slow to decode, normalize or match, and the longest accepted strings. Failed without the cap of
 * cursors (30 aliases of one took 4.4 s) and without that of names (190 took 294 ms).
 */

let world: World
let places = 0
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => {
  printFigures(`${places} places`)
  await world.close()
})

/** About 1 MB in UTF-8, and the longest prefix of each that a cap accepts. */
const SLOW: Record<string, string[]> = {
  'a nested cursor': [nestedCursor(370_000), nestedCursor(6_000), nestedCursor(700)],
  'combining marks': [combining(240_000), combining(8_000), combining(4_990), combining(149)],
  brackets: ['['.repeat(1_000_000), '['.repeat(16_000)],
  digits: ['9'.repeat(1_000_000), '9'.repeat(16_000)],
  spaces: [`a${' '.repeat(999_998)}a`, `a${' '.repeat(16_000)}a`],
  'an address': [`${'a.'.repeat(499_000)}@`, `${'a.'.repeat(8_000)}@`, `${'a.'.repeat(126)}@`],
  'a secret': [`kw_proj_${'A'.repeat(999_000)}`, `kw_proj_${'A'.repeat(16_000)}`],
  ligatures: ['\ufdfa'.repeat(330_000), '\ufdfa'.repeat(400)],
}

/** A request that can be sent repeatedly. Its body is written once: that is the client's work, not the server's. */
function sending(token: string | null, query: string, variables: Json): () => Promise<string> {
  const body = Buffer.from(JSON.stringify({ query, variables }))
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }
  return async () => {
    const response = await world.app.fetch(new Request(`${ORIGIN}/graphql`, { method: 'POST', headers, body }))
    const answer = await response.text()
    expect(response.status).toBeLessThan(500)
    return answer
  }
}

const isText = ({ type }: Place): boolean =>
  !isObjectType(type) && ['String', 'ID', 'BigInt', 'DateTime', 'Decimal'].includes(type.name)

/** Whether the cap on strings rejects a value before the schema is consulted, and therefore alike in every place. */
const isCapped = (value: string): boolean => value.length > REQUEST_CAPS.stringCharacters

/** The answers of the caps on a body and on a string, which come before the schema. */
const CAP = /The maximum is 16384\.|1048576 bytes/

async function walk(argument: GraphQLArgument, token: string | null, query: string, base: Json): Promise<void> {
  for (const [index, place] of placesOf(argument.type).filter(isText).entries()) {
    places += 1
    for (const [kind, values] of kindsForNextPlace(Object.entries(SLOW))) {
      for (const value of values.filter((each) => index === 0 || !isCapped(each))) {
        const variables = { ...base, [argument.name]: put(base[argument.name], place.path, value, argument.type) }
        const what = `${query} ${place.path.join('.')}: ${kind}, ${value.length} characters`
        await expectCheap(
          what,
          () => sending(token, query, variables),
          async (send) => {
            const answer = await send()
            if (isCapped(value)) expect(answer, what).toMatch(CAP)
          },
        )
      }
    }
  }
}

/** The others take no text: strings.test.ts lists them. */
const mutations = Object.values(schema.getMutationType()?.getFields() ?? {}).filter(({ args }) =>
  args.some(({ type }) => placesOf(type).some(isText)),
)

test.each(mutations)(
  '$name rejects slow strings in every input field within 50 ms of CPU',
  async ({ name, args: [argument] }) => {
    if (!argument) throw new Error(`${name} has no input`)
    const query = `mutation ($input: ${argument.type}) { ${name}(input: $input) { __typename } }`
    await walk(argument, world.as.owner.token, query, { input: sample(argument.type) })
  },
)

const fields = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(({ args }) => args.length > 0)

test.each(fields)('Query.$name rejects slow strings in every argument within 50 ms of CPU', async (field) => {
  for (const argument of field.args) {
    const declared = [...new Set([...field.args.filter(({ type }) => String(type).endsWith('!')), argument])]
    const given = declared.map(({ name }) => `${name}: $${name}`).join(', ')
    const query = `query (${declared.map(({ name, type }) => `$${name}: ${type}`).join(', ')}) { ${field.name}(${given}) { __typename } }`
    await walk(argument, null, query, Object.fromEntries(declared.map(({ name, type }) => [name, sample(type)])))
  }
})

describe('connections', () => {
  const paged = Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType =>
      isObjectType(type) &&
      Object.values(type.getFields()).some(({ args }) => args.some(({ name }) => name === 'after')),
  )

  test('exist for some types of the schema', () => {
    expect(paged.length).toBeGreaterThan(4)
  })

  test.each(SLOW['a nested cursor'] ?? [])(
    'reject a slow cursor under 30 aliases within 50 ms of CPU',
    async (cursor) => {
      const organization = paged.find(({ name }) => name === 'Organization')
      const names = Object.values(organization?.getFields() ?? {})
        .filter(({ args }) => args.some(({ name }) => name === 'after'))
        .map(({ name }) => name)
      const aliases = Array.from(
        { length: 30 },
        (_, index) => `f${index}: ${names[index % names.length]}(after: $after) { __typename }`,
      )
      const query = `query ($after: String) { organization(id: "${world.ids.organization}") { ${aliases.join(' ')} } }`
      await expectCheap(
        `${cursor.length} characters`,
        () => sending(null, query, { after: cursor }),
        (send) => send(),
      )
    },
  )
})

test('an import of 190 slow names is rejected within 50 ms of CPU', async () => {
  const query = 'mutation ($input: ApiKeysImportInput!) { apiKeysImport(input: $input) { __typename } }'
  for (const name of [combining(1_150), combining(149)]) {
    const rows = Array.from({ length: 190 }, (_, index) => ({
      name,
      sha256: index.toString(16).padStart(64, '0'),
      start: 'sk-test',
    }))
    const input = { organizationId: world.ids.organization, rows }
    await expectCheap(
      `${name.length} characters`,
      () => sending(world.as.owner.token, query, { input }),
      (send) => send(),
    )
  }
})

test.each([
  '/auth/sign-in/email',
  '/auth/sign-up/email',
  '/authorize',
  '/graphql',
  '/leaks/github',
  '/token',
  '/token/revoke',
  '/nowhere',
])('%s rejects a body of 1 MB within 50 ms of CPU', async (path) => {
  for (const body of [
    '['.repeat(1_000_000),
    JSON.stringify({ email: 'a'.repeat(900_000), password: 'x', name: 'x', query: '{', secret: 'x' }),
    JSON.stringify({ email: `${'a.'.repeat(400_000)}@x`, password: 'x'.repeat(100_000), name: combining(100_000) }),
    JSON.stringify({ query: `{${' a'.repeat(400_000)}}` }),
  ]) {
    const bytes = Buffer.from(body)
    const headers = { 'content-type': 'application/json', origin: ORIGIN }
    await expectCheap(
      `${path}: ${body.slice(0, 20)}`,
      () => new Request(`${ORIGIN}${path}`, { method: 'POST', headers, body: bytes }),
      async (request) => {
        const response = await world.app.fetch(request)
        await response.text()
        expect(response.status).not.toBe(500)
      },
    )
  }
})
