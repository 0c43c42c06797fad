import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, vi } from 'vitest'
import { setupToken } from '../../../server/config/secrets.ts'

const SESSION_SECRET = 'a secret of the tests, long enough for anybody'

/** The production build, running in a process of its own. */
export interface ServerProcess {
  url: string
  process: ChildProcess
  output(): string
  /** The exit code, or the signal that ended the process. */
  ended: Promise<number | string>
  /** Signs the first person of the instance up. Returns the session's token. */
  signUp(email: string, password: string): Promise<string>
  /** Asks the graph as JSON. */
  ask(token: string | null, query: string, variables?: object, headers?: Record<string, string>): Promise<Response>
}

const run = (databaseUrl: string, environment: Record<string, string>, script: string) =>
  spawn(process.execPath, [script], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      DATABASE_URL: databaseUrl,
      KEYWARD_SIGNUP: 'open',
      KEYWARD_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 1).toString('base64')}`,
      KEYWARD_SESSION_SECRET: SESSION_SECRET,
      KEYWARD_AUDIT_HEADS_FILE: '/dev/null',
      KEYWARD_DRAIN_SECONDS: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })

/** The process ids of the children of a process. */
export const childrenOf = ({ pid }: ChildProcess): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

const built = (): string => join(inject('build'), 'server.js')

/** Starts `server.js` where its start fails, and returns its end. `meanwhile` gets the process ids of its workers. */
export async function endOf(
  databaseUrl: string,
  environment: Record<string, string>,
  meanwhile: (pids: () => number[]) => Promise<void> = async () => undefined,
  script = built(),
): Promise<{ code: number | string; output: string }> {
  const child = run(databaseUrl, environment, script)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  await meanwhile(() => childrenOf(child))
  return { code: await ended, output }
}

/** Starts `server.js` as its users do, on a database of its own. Resolves when it is ready. */
export async function startServer(
  databaseUrl: string,
  environment: Record<string, string> = {},
  script = built(),
): Promise<ServerProcess> {
  const child = run(databaseUrl, environment, script)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  const said = () => (child.exitCode === null ? output : `ended: ${output}`)
  await vi.waitFor(() => expect(said()).toMatch(/listening on http:|^ended/), 240_000)
  if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}: ${output}`)
  const [, url = ''] = /listening on (http:[^\s)]+)/.exec(output) ?? []
  const post = (path: string, body: object, headers: Record<string, string>) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  return {
    url,
    process: child,
    output: () => output,
    ended,
    async signUp(email, password) {
      const setup = { 'x-keyward-setup-token': setupToken(SESSION_SECRET) }
      const response = await post('/auth/sign-up/email', { name: 'Ada Traced', email, password }, setup)
      const token = response.headers.get('set-auth-token')
      if (!token) throw new Error(`Signing up failed: ${response.status} ${await response.text()}`)
      return token
    },
    ask: (token, query, variables = {}, headers = {}) =>
      post(
        '/graphql',
        { query, variables },
        { ...(token !== null && { authorization: `Bearer ${token}` }), ...headers },
      ),
  }
}
