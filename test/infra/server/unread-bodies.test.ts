import { connect, type Socket } from 'node:net'
import { type Listener, listen } from '@keyward/server/http/listen'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort, hasNginx, startNginx, whyNoNginx } from '../network/nginx.ts'
import { type OpenApp, openApp } from './open-app.ts'

/*
 * Many responses are sent before the request's body is read. The connection must stay usable, because a proxy can send
 * another client's request on it next. Failed while the body stayed in the socket: the second request got no response.
 */

let opened: OpenApp
let listener: Listener
beforeAll(async () => {
  opened = await openApp({ KEYWARD_CORS_ORIGINS: 'https://console.example' })
  listener = await listen(opened.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
})
afterAll(async () => {
  await listener?.stop(0)
  await opened?.close()
})

/** One connection, and the status lines received on it. */
function openConnection(): { socket: Socket; statuses(): number[]; closed(): boolean } {
  const { hostname, port } = new URL(listener.url)
  const socket = connect(Number(port), hostname)
  let text = ''
  let closed = false
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk
  })
  socket.on('close', () => {
    closed = true
  })
  // A server that closes early resets the connection while the client still sends.
  socket.on('error', () => {})
  return {
    socket,
    statuses: () => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status)),
    closed: () => closed,
  }
}

const JSON_TYPE = 'content-type: application/json'
const BODY = 'x'.repeat(200_000)

const head = (method: string, path: string, headers: string[]) =>
  [`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1', ...headers, '', ''].join('\r\n')

const withLength = (method: string, path: string, headers: string[], body = BODY) =>
  head(method, path, [...headers, `content-length: ${body.length}`]) + body

const chunked = (method: string, path: string, headers: string[], body = BODY) =>
  `${head(method, path, [...headers, 'transfer-encoding: chunked'])}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`

const REQUESTS: [name: string, method: string, path: string, headers: string[], status: number][] = [
  ['401 of the graph', 'POST', '/graphql', [JSON_TYPE, 'authorization: Bearer nonsense'], 401],
  ['a form for the graph', 'POST', '/graphql', ['content-type: application/x-www-form-urlencoded'], 413],
  ['404', 'POST', '/nowhere', [], 404],
  ['404 of PUT', 'PUT', '/nowhere', [], 404],
  ['405 of the export', 'POST', '/export/costs.csv', [], 405],
  ['health', 'POST', '/health/live', [], 200],
  [
    'a preflight',
    'OPTIONS',
    '/graphql',
    ['origin: https://console.example', 'access-control-request-method: POST'],
    204,
  ],
  [
    'a preflight of another origin',
    'OPTIONS',
    '/graphql',
    ['origin: https://x.example', 'access-control-request-method: POST'],
    403,
  ],
  ['401 of the forward-auth endpoint', 'POST', '/authorize', [], 401],
  ['404 next to the forward-auth endpoint', 'POST', '/authorizeX', [], 404],
  ['a body behind the forward-auth endpoint', 'POST', '/authorize/v1/chat', [], 401],
  ['a token exchange', 'POST', '/token', ['content-type: application/x-www-form-urlencoded'], 413],
  ['a revoked token', 'POST', '/token/revoke', ['content-type: application/x-www-form-urlencoded'], 413],
  ['a page of the console', 'POST', '/', [], 404],
  ['metrics', 'POST', '/metrics', [], 404],
  ['readiness', 'POST', '/health/ready', [], 200],
  ['the endpoint of an absent demo', 'POST', '/demo/v1/chat/completions', [JSON_TYPE], 404],
  ['leak reports that are off', 'POST', '/leaks/github', [JSON_TYPE], 404],
  ['an unknown sign-in endpoint', 'POST', '/auth/nothing', [JSON_TYPE, 'origin: http://127.0.0.1:4000'], 413],
]

for (const [kind, send] of [
  ['a length', withLength],
  ['chunks', chunked],
] as const) {
  test.each(REQUESTS)(
    `the connection serves its next request after %s, with a body of 200 kB in ${kind}`,
    async (...row) => {
      const [, method, path, headers, status] = row
      const { socket, statuses } = openConnection()
      socket.write(send(method, path, headers))
      socket.write(head('GET', '/health/live', []))
      await expect.poll(statuses).toEqual([status, 200])
      socket.destroy()
    },
  )
}

test('the connection serves its next request after 413', async () => {
  const body = 'x'.repeat(1_100_000)
  for (const send of [withLength, chunked]) {
    const { socket, statuses } = openConnection()
    socket.write(send('POST', '/auth/sign-in/email', [JSON_TYPE, 'origin: http://127.0.0.1:4000'], body))
    socket.write(head('GET', '/health/live', []))
    await expect.poll(statuses).toEqual([413, 200])
    socket.destroy()
  }
})

test('a connection with more than 4 MiB of unread request body is closed after the response', async () => {
  const { socket, statuses, closed } = openConnection()
  socket.write(head('POST', '/nowhere', ['transfer-encoding: chunked']))
  await expect.poll(statuses).toEqual([404])
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
  for (let sent = 0; sent < 100 && !closed(); sent++) {
    socket.write(chunk)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await expect.poll(closed).toBe(true)
})

test.skipIf(!hasNginx)(
  `clients whose large bodies are rejected early do not disturb other clients behind nginx${whyNoNginx}`,
  async () => {
    const port = await freePort()
    const stop = await startNginx(
      port,
      `upstream keyward { server ${new URL(listener.url).host}; keepalive 8; }
       server {
         listen 127.0.0.1:${port};
         location / { proxy_pass http://keyward; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_read_timeout 20s; }
       }`,
    )
    try {
      const ask = async (method: string, path: string, headers: [string, string][]) => {
        const body = method === 'GET' ? {} : { body: BODY }
        const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, ...body })
        await response.arrayBuffer()
        return response.status
      }
      const pairsOf = (headers: string[]) =>
        headers.flatMap((line): [string, string][] => {
          const [name = '', value = ''] = line.split(': ')
          // fetch sets it itself.
          return name.startsWith('access-control-request') ? [] : [[name, value]]
        })
      const rows = REQUESTS.filter(([, method]) => method !== 'OPTIONS')
      const bystander: number[] = []
      for (const [, method, path, headers, status] of rows) {
        const answers = await Promise.all([
          ...[1, 2, 3].map(() => ask(method, path, pairsOf(headers))),
          ...[1, 2, 3].map(() => ask('GET', '/health/live', [])),
        ])
        expect(answers.slice(0, 3), `${method} ${path}`).toEqual([status, status, status])
        bystander.push(...answers.slice(3))
      }
      expect(bystander.filter((status) => status !== 200)).toEqual([])
    } finally {
      await stop()
    }
  },
)
