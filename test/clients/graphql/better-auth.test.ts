import { createAuthClient } from 'better-auth/client'
import { GraphQLClient } from 'graphql-request'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GraphServer, startGraphServer, VIEWER } from './server.ts'

const NAME = '{ viewer { actor { ... on User { name } } } }'
const FRONTEND = 'https://app.example'
let server: GraphServer

beforeAll(async () => {
  server = await startGraphServer({ KEYWARD_CORS_ORIGINS: FRONTEND })
})
afterAll(() => server?.close())

/** A client that keeps the session as a bearer token, since Node keeps no cookies. */
function client() {
  let token = ''
  const auth = createAuthClient({
    baseURL: new URL('/auth', server.url).href,
    fetchOptions: {
      auth: { type: 'Bearer', token: () => token },
      onSuccess({ response }) {
        token = response.headers.get('set-auth-token') ?? token
      },
    },
  })
  return { auth, token: () => token }
}

const person = { email: 'ada@better-auth.example', password: 'a long and unguessable password' }

test('better-auth’s client signs up, in and out', async () => {
  const { auth, token } = client()
  expect(await auth.signUp.email({ ...person, name: 'Ada' })).toMatchObject({ data: { user: { name: 'Ada' } } })
  expect(await auth.getSession()).toMatchObject({ data: { user: { email: person.email } } })
  expect(await auth.signOut()).toMatchObject({ data: { success: true } })
  expect((await auth.getSession()).data).toBeNull()

  expect(await auth.signIn.email(person)).toMatchObject({ data: { user: { email: person.email } } })
  expect(await auth.getSession()).toMatchObject({ data: { user: { email: person.email } } })
  const graph = new GraphQLClient(server.url, { headers: { authorization: `Bearer ${token()}` } })
  expect(await graph.request(NAME)).toEqual({ viewer: { actor: { name: 'Ada' } } })
  await auth.signOut()
  await expect(graph.request(NAME)).rejects.toThrow(/UNAUTHENTICATED/)
})

test('better-auth’s client shows why a sign-in failed', async () => {
  const { error } = await client().auth.signIn.email({ ...person, password: 'a wrong and useless password' })
  expect(error).toMatchObject({ status: 401, code: 'INVALID_EMAIL_OR_PASSWORD' })
})

test('a better-auth session works as a bearer token from a page of a configured origin', async () => {
  const { auth, token } = client()
  await auth.signUp.email({ name: 'Grace', email: 'grace@better-auth.example', password: person.password })
  const from = (origin: string) =>
    fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token()}`, origin },
      body: JSON.stringify({ query: VIEWER, variables: { id: server.projectId } }),
    })
  expect((await from(FRONTEND)).headers.get('access-control-allow-origin')).toBe(FRONTEND)
  expect((await from('https://other.example')).headers.get('access-control-allow-origin')).toBeNull()
})

const fromPage = (origin: string) =>
  createAuthClient({ baseURL: new URL('/auth', server.url).href, fetchOptions: { headers: { origin } } })

test('better-auth’s client signs in from a page of a configured origin', async () => {
  expect(await fromPage(FRONTEND).signIn.email(person)).toMatchObject({ data: { user: { email: person.email } } })
})

test('better-auth’s client cannot sign in from an unconfigured origin', async () => {
  const { error } = await fromPage('https://other.example').signIn.email(person)
  expect(error).toMatchObject({ status: 403, code: 'INVALID_ORIGIN' })
  expect(error?.message).toContain('add https://other.example to KEYWARD_CORS_ORIGINS')
})
