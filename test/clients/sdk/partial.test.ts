import { AuthenticationError, ForbiddenError, Keyward, type TypedDocument } from '@keyward/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ORIGIN } from '../../infra/app.ts'
import { startWorld, type World } from '../../infra/world.ts'

interface Settings {
  organization: { id: string; name: string; usageLimits: { maxConcurrent: number | null } } | null
}

// As GraphQL Code Generator types it.
const SETTINGS = `query Settings($id: ID!) {
  organization(id: $id) { id name usageLimits { maxConcurrent } } }` as unknown as TypedDocument<
  Settings,
  { id: string }
>

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const clientOf = (token: string | null) =>
  new Keyward({ baseUrl: ORIGIN, token: token ?? '', fetch: (url, init) => world.app.fetch(new Request(url, init)) })

test('a partly forbidden document throws, or returns the readable part with each error’s path', async () => {
  const { organization: id } = world.ids
  const member = clientOf(world.as.member.token)
  await expect(member.request(SETTINGS, { id })).rejects.toThrow(ForbiddenError)
  const { data, errors } = await member.request(SETTINGS, { id }, { errorPolicy: 'partial' })
  expect(data).toEqual({ organization: { id, name: expect.any(String), usageLimits: null } })
  expect(errors).toMatchObject([{ path: ['organization', 'usageLimits'], error: { code: 'FORBIDDEN' } }])
  expect(errors[0]?.error).toBeInstanceOf(ForbiddenError)
  // Each part of the data may be null, as its type says.
  const name: string | null | undefined = data.organization?.name
  expect(name).toBeTruthy()
})

test('a fully readable document has no errors', async () => {
  const { organization: id } = world.ids
  const owner = clientOf(world.as.owner.token)
  const { data, errors } = await owner.request(SETTINGS, { id }, { errorPolicy: 'partial' })
  expect(errors).toEqual([])
  expect(data).toEqual(await owner.request(SETTINGS, { id }, { errorPolicy: 'throw' }))
})

// Failed while a page took an outage for a missing right: the field was null, and nothing was retried.
test('a field’s outage is retried and then thrown, not returned as partial data', async () => {
  const answers: object[] = []
  const client = new Keyward({
    baseUrl: ORIGIN,
    token: world.as.owner.token ?? '',
    fetch: async () => {
      const error = { message: 'Try again.', path: ['usage'], extensions: { code: 'UNAVAILABLE' } }
      const answer =
        answers.length === 0 ? { data: { name: 'n', usage: null }, errors: [error] } : { data: { name: 'n' } }
      answers.push(answer)
      return Response.json(answer, { headers: { 'content-type': 'application/graphql-response+json' } })
    },
  })
  const { data, errors } = await client.request('{ name usage }', {}, { errorPolicy: 'partial' })
  expect([data, errors, answers.length]).toEqual([{ name: 'n' }, [], 2])
  answers.length = 0
  await expect(client.request('{ name usage }', {}, { errorPolicy: 'partial', maxRetries: 0 })).rejects.toThrow(/again/)
})

test('a fully forbidden document throws with either error policy', async () => {
  const stranger = clientOf('kw_svc_unknown')
  const { organization: id } = world.ids
  await expect(stranger.request(SETTINGS, { id }, { errorPolicy: 'partial' })).rejects.toThrow(AuthenticationError)
  const wrong = world.as.owner.token
  await expect(clientOf(wrong).request('{ nothing }', {}, { errorPolicy: 'partial' })).rejects.toThrow(/nothing/)
})
