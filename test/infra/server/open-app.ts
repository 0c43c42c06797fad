import type { Database } from '@keyward/prisma/database'
import { type App, createApp } from '@keyward/server/app'
import { readConfig, type ServerConfig } from '@keyward/server/config/config'
import { withSecrets } from '@keyward/server/config/secrets'
import type { Passwords } from '@keyward/server/identity/passwords'
import { cheapPasswords } from '../cheap-passwords.ts'
import { createTestDatabase, testDatabaseKind } from '../database.ts'

/** The address of the pages in tests. */
export const ORIGIN = 'http://127.0.0.1:4000'

/** A configuration that logs nothing, reads no file and does not limit sign-ins. */
export const testConfig = (environment: NodeJS.ProcessEnv = {}): Promise<ServerConfig> =>
  withSecrets(
    readConfig({
      KEYWARD_LOG: 'silent',
      KEYWARD_SIGN_IN_PER_MINUTE: '100000',
      KEYWARD_SIGNUP: 'open',
      KEYWARD_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 1).toString('base64')}`,
      KEYWARD_SESSION_SECRET: 'a secret of the tests, long enough for anybody',
      ...environment,
    }),
  )

/** An app with its own database. */
export interface OpenApp {
  app: App
  config: ServerConfig
  database: Database
  /** Another replica on the same database. */
  replica(environment?: NodeJS.ProcessEnv): Promise<App>
  close(): Promise<void>
}

/** Opens an app on an empty database. */
export async function openApp(
  environment: NodeJS.ProcessEnv = {},
  passwords: Passwords = cheapPasswords,
): Promise<OpenApp> {
  const { database, drop } = await createTestDatabase()
  const config = await testConfig(environment)
  const apps: App[] = []
  const open = async (more: NodeJS.ProcessEnv = {}) => {
    const app = await createApp(await testConfig({ ...environment, ...more }), database, { passwords })
    apps.push(app)
    return app
  }
  return {
    app: await open(),
    config,
    database,
    replica: open,
    async close() {
      for (const app of apps) await app.close()
      await drop()
    },
  }
}

/** A request as our own pages send it: JSON, with its origin. */
export const post = (app: App, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  app.fetch(
    new Request(`${ORIGIN}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: ORIGIN, ...headers },
      body: JSON.stringify(body),
    }),
  )

/** The credential headers of a signed-in browser or program. */
export interface Session {
  cookie: string
  bearer: string
}

/** The session in a response of /auth. */
export function sessionOf(response: Response): Session {
  const [cookie = ''] = (response.headers.getSetCookie()[0] ?? '').split(';')
  return { cookie, bearer: `Bearer ${response.headers.get('set-auth-token')}` }
}

export const PASSWORD = 'correct horse battery'

/** Only the first account on PostgreSQL needs the setup token. */
export const signUp = (app: App, email: string, headers: Record<string, string> = {}): Promise<Response> =>
  post(app, '/auth/sign-up/email', { name: 'Ada', email, password: PASSWORD }, headers)

export const signIn = (app: App, email: string, password = PASSWORD): Promise<Response> =>
  post(app, '/auth/sign-in/email', { email, password })

/** Returns the caller that the server sees. */
export async function whoAmI(app: App, headers: Record<string, string>): Promise<{ status: number; email?: string }> {
  const response = await post(app, '/graphql', { query: '{ viewer { user { email } } }' }, headers)
  const answer = await response.json()
  return { status: response.status, email: answer.data?.viewer.user?.email }
}

export { testDatabaseKind }
