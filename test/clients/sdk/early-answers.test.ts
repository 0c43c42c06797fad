import { Agent, request as httpRequest } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { ApiError, exchangeToken, type Fetch, Keyward, revokeToken, type TokenOptions } from '@keyward/sdk'
import { type Listener, listen } from '@keyward/server/http/listen'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, hasNginx, startNginx, whyNoNginx } from '../../infra/network/nginx.ts'
import { type SdkWorld, startSdkWorld } from './world.ts'

/*
 * Many requests are answered before their bodies are read. The connection stays in the client's pool, and its next call
 * goes out on it: the call must be answered at once. No test measures time. The server gives a request 30 seconds, so a
 * call on a connection with an unread body would be answered, or fail, after the 20 seconds of a poll.
 */

/** A port that forwards to another one of this machine and counts its connections. */
interface Counter {
  url: string
  connections: number
  close(): Promise<void>
}

async function startCounter(target: string): Promise<Counter> {
  const { hostname, port } = new URL(target)
  const open = new Set<Socket>()
  const server = createServer((near) => {
    counter.connections += 1
    const far = connect(Number(port), hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy()).on('close', () => open.delete(one))
      one.pipe(other)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The counter has no port')
  const counter: Counter = {
    url: `http://127.0.0.1:${address.port}`,
    connections: 0,
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return counter
}

let world: SdkWorld
let listener: Listener
let nginx: { url: string; stop(): Promise<void> } | null = null
beforeAll(async () => {
  world = await startSdkWorld()
  listener = await listen(world.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
  if (!hasNginx) return
  const port = await freePort()
  const stop = await startNginx(
    port,
    `client_max_body_size 100m;
     upstream keyward { server ${new URL(listener.url).host}; keepalive 8; }
     server {
       listen 127.0.0.1:${port};
       location / { proxy_pass http://keyward; proxy_http_version 1.1; proxy_set_header Connection ""; }
     }`,
  )
  nginx = { url: `http://127.0.0.1:${port}`, stop }
})
afterAll(async () => {
  await nginx?.stop()
  await listener?.stop(0)
  await world?.close()
})

/** A fetch over one connection at a time of its own agent. It announces the length of a body, or sends chunks. */
function fetchOverOne(bodies: 'LENGTH' | 'CHUNKS'): Fetch {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return (url, init) =>
    new Promise((resolve, reject) => {
      const headers = Object.fromEntries(new Request(url, init).headers)
      const sent = httpRequest(String(url), { agent, method: init?.method ?? 'GET', headers }, async (got) => {
        const chunks: Uint8Array[] = []
        for await (const chunk of got) chunks.push(chunk)
        const answered = Object.entries(got.headers).flatMap(([name, value]): [string, string][] =>
          value === undefined ? [] : [[name, String(value)]],
        )
        resolve(new Response(Buffer.concat(chunks), { status: got.statusCode ?? 0, headers: answered }))
      })
      sent.on('error', reject)
      if (bodies === 'CHUNKS') sent.flushHeaders()
      sent.end(init?.body instanceof URLSearchParams ? String(init.body) : init?.body)
    })
}

/** Sends a large request, which is answered before its body is read. Resolves with its status. */
type Early = (url: string, fetch: Fetch, size: number) => Promise<number | null>

const fails = async (call: Promise<unknown>): Promise<void> =>
  expect(
    await call.then(
      () => null,
      (error: unknown) => error,
    ),
  ).toBeInstanceOf(ApiError)

const ofGraph =
  (path: string, token: () => string): Early =>
  async (url, fetch, size) => {
    let answered: number | null = null
    const client = new Keyward({
      fetch,
      maxRetries: 0,
      baseUrl: url + path,
      token: token(),
      onAttempt: ({ status }) => {
        answered = status
      },
    })
    const text = 'x'.repeat(size)
    await fails(client.request('query Large($text: String!) { __type(name: $text) { name } }', { text }))
    return answered
  }

const ofTokens =
  (exchange: (secret: string, options: TokenOptions) => Promise<unknown>): Early =>
  async (url, fetch, size) => {
    let answered: number | null = null
    const noting: Fetch = async (...given) => {
      const response = await fetch(...given)
      answered = response.status
      return response
    }
    await fails(exchange('x'.repeat(size), { baseUrl: url, fetch: noting, maxRetries: 0 }))
    return answered
  }

const EARLY: [name: string, early: Early, status: number, sizes: number[]][] = [
  ['401', ofGraph('', () => 'nonsense'), 401, [200_000, 600_000, 1_040_000]],
  ['404', ofGraph('/nowhere', () => world.ownerToken), 404, [200_000, 600_000, 1_040_000, 4_000_000]],
  ['413', ofGraph('', () => world.ownerToken), 413, [1_060_000, 2_000_000, 4_000_000]],
  [
    '413 of a token exchange',
    ofTokens((secret, options) => exchangeToken({ secret }, options)),
    413,
    [200_000, 600_000, 1_060_000, 4_000_000],
  ],
  ['413 of a revoked token', ofTokens(revokeToken), 413, [200_000, 600_000, 1_060_000, 4_000_000]],
]

/** Waits for a call at most as long as a poll does. */
async function answered<Result>(call: Promise<Result>): Promise<Result> {
  let isSettled = false
  const note = () => {
    isSettled = true
  }
  call.then(note, note)
  await expect.poll(() => isSettled).toBe(true)
  return call
}

// Failed with chunks while the rest of a rejected body stayed in the socket (without `drain` in server/http/listen.ts).
describe.each([
  ['the server', () => listener.url, true],
  [`nginx${whyNoNginx}`, () => nginx?.url ?? '', hasNginx],
] as const)('over %s', (_, base, canRun) => {
  describe.skipIf(!canRun).each([
    ['fetch', () => fetch, false],
    ['one connection', () => fetchOverOne('LENGTH'), true],
    ['one connection for chunks', () => fetchOverOne('CHUNKS'), true],
  ] as const)('and %s', (_name, fetchFor, isOne) => {
    test.each(EARLY)('the next call after %s gets an immediate response', async (_status, early, status, sizes) => {
      const counter = await startCounter(base())
      const sendFrom: Fetch = fetchFor()
      const client = new Keyward({ fetch: sendFrom, maxRetries: 0, baseUrl: counter.url, token: world.ownerToken })
      try {
        for (const size of sizes) {
          expect([size, await early(counter.url, sendFrom, size)]).toEqual([size, status])
          expect((await answered(client.viewer.get())).kind).toBe('USER')
        }
        if (isOne) expect(counter.connections).toBe(1)
      } finally {
        await counter.close()
      }
    })

    // The connection is closed, and fetch opens another one.
    test.each(isOne ? [] : [8_000_000])('the next call after a body of %s bytes gets a response', async (size) => {
      const counter = await startCounter(base())
      const sendFrom: Fetch = fetchFor()
      const client = new Keyward({ fetch: sendFrom, maxRetries: 0, baseUrl: counter.url, token: world.ownerToken })
      try {
        // The server reads 4 MiB more and closes the connection, on which the answer may be lost.
        await ofGraph('/nowhere', () => world.ownerToken)(counter.url, sendFrom, size)
        expect((await answered(client.viewer.get())).kind).toBe('USER')
      } finally {
        await counter.close()
      }
    })
  })
})
