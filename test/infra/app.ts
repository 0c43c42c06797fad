import { randomBytes } from 'node:crypto'
import type { Database, DatabaseOptions } from '../../prisma/database.ts'
import type { App } from '../../server/app.ts'
import { createApp } from '../../server/app.ts'
import { readConfig } from '../../server/config/config.ts'
import { setupToken } from '../../server/config/secrets.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { cheapPasswords } from './cheap-passwords.ts'
import { createTestDatabase } from './database.ts'

/** The address that the app believes to have. Nothing listens there; tests call `fetch` directly. */
export const ORIGIN = 'http://127.0.0.1:4000'

// biome-ignore lint/suspicious/noExplicitAny: answers are read by the tests that wrote the queries, which assert their shape.
export type Json = any

/** The longest duration of a request: on a busy machine, the largest of the tests take more than the product's 10 seconds. */
const PATIENCE_MS = 120_000

/** A GraphQL response. */
export interface Answer {
  status: number
  data: Json
  errors: { message: string; path?: (string | number)[]; extensions: { code: string; requestId: string } }[] | undefined
}

/** A GraphQL client with one credential. */
export interface Client {
  /** The bearer credential. Null for an anonymous client. */
  token: string | null
  ask(query: string, variables?: object): Promise<Answer>
  /** Runs a mutation with one input. Returns its payload, with the fields in `selection`, or its error. */
  mutate(name: string, input: object, selection?: string): Promise<Json>
}

/** The client of a person, and how they sign in elsewhere. */
export interface Person extends Client {
  email: string
  password: string
}

/** A running app with its own database. */
export interface TestApp {
  app: App
  database: Database
  client(token: string | null): Client
  /** Signs a person up and in. */
  signUp(name: string, email?: string): Promise<Person>
  close(): Promise<void>
}

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The fields of a mutation's errors that tests read. */
export const ERRORS = `
  ... on Error { code message resolvedBy ... on ConflictError { path field holder { id name } } }
  ... on ValidationError { issues { path message } }
  ... on ForbiddenError { action allowedRoles }`

/** The part of an instance that is not in its database. */
export interface Secrets {
  encryptionKeys: { id: string; key: Buffer }[]
  sessionSecret: string
}

export const newSecrets = (): Secrets => ({
  encryptionKeys: [{ id: 'test', key: randomBytes(32) }],
  sessionSecret: randomBytes(32).toString('hex'),
})

/** Starts an app on the kind of database that is being tested. */
export async function startApp(
  options: DatabaseOptions & { environment?: Record<string, string> } = {},
): Promise<TestApp> {
  const { environment, ...databaseOptions } = options
  const { database, drop } = await createTestDatabase(databaseOptions)
  return startAppOn(database, drop, newSecrets(), environment)
}

/** Starts an app on an existing database. `drop` ends it with the app. */
export async function startAppOn(
  database: Database,
  drop: () => Promise<void>,
  secrets: Secrets,
  environment: Record<string, string> = {},
): Promise<TestApp> {
  const config = readConfig({
    KEYWARD_PUBLIC_URL: ORIGIN,
    KEYWARD_SIGNUP: 'open',
    KEYWARD_LOG: 'silent',
    KEYWARD_SIGN_IN_PER_MINUTE: '10000',
    ...environment,
  })
  // Loaded only where a test sets an address to export to, as in the server.
  const telemetry = config.telemetry
    ? await (await import('../../server/telemetry/otlp/open.ts')).openTelemetry(config.telemetry, createLog(config.log))
    : null
  const app = await createApp({ ...config, ...secrets }, database, {
    passwords: cheapPasswords,
    milliseconds: PATIENCE_MS,
    telemetry,
  })
  const setup = setupToken(secrets.sessionSecret)
  return {
    app,
    database,
    client: (token) => clientOf(app, token),
    signUp: (name, email) => signUp(app, setup, name, email),
    async close() {
      await app.close()
      await telemetry?.close()
      await drop()
    },
  }
}

/** A client of an app with one credential. */
export function clientOf(app: App, token: string | null): Client {
  const ask = async (query: string, variables?: object): Promise<Answer> => {
    const response = await app.fetch(
      new Request(`${ORIGIN}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query, variables }),
      }),
    )
    const { data, errors } = (await response.json()) as Pick<Answer, 'data' | 'errors'>
    return { status: response.status, data, errors }
  }
  return {
    token,
    ask,
    async mutate(name, input, selection = '__typename') {
      const pascal = capitalize(name)
      const query = `mutation Run($input: ${pascal}Input!) {
        ${name}(input: $input) { __typename ... on ${pascal}Payload { ${selection} } ${ERRORS} } }`
      const { data, errors } = await ask(query, { input })
      return errors ? { __typename: errors[0]?.extensions.code, errors } : data[name]
    },
  }
}

let people = 0

/** Signs a person up. On PostgreSQL, the first account of an instance needs the setup token. */
async function signUp(app: App, setup: string, name: string, given?: string): Promise<Person> {
  people += 1
  const email = given ?? `${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')}-${people}@people.example`
  const password = randomBytes(16).toString('hex')
  const response = await app.fetch(
    new Request(`${ORIGIN}/auth/sign-up/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-keyward-setup-token': setup },
      body: JSON.stringify({ name, email, password }),
    }),
  )
  const token = response.headers.get('set-auth-token')
  if (!token) throw new Error(`Signing up failed: ${response.status} ${await response.text()}`)
  return { ...clientOf(app, token), email, password }
}
