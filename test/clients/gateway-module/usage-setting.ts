import { request } from 'node:http'
import { Readable } from 'node:stream'
import type { Fetch } from '@keyward/sdk'
import { loadModels } from '../../../schema/model/load.ts'
import { type GatewayWorld, startGatewayWorld } from './setting.ts'

/** The model of the usage. A token costs a thousand nano-dollars. */
export const MODEL = 'public/chat'

export const tokens = (quantity: number) =>
  ({ workload: 'INFERENCE', model: MODEL, units: [{ lineItem: 'INPUT_TOKENS', quantity }] }) as const

/** A world with a key and its usage. */
export interface ReportedWorld extends GatewayWorld {
  /** A key in its own project, so that other usage does not count. */
  newKey(input?: object): Promise<{ id: string; secret: string; projectId: string }>
  /** The recorded usage of a project: events and their cost in nano-dollars. */
  recorded(projectId: string): Promise<{ events: number; nanos: number }>
}

export async function startReportedWorld(): Promise<ReportedWorld> {
  const world = await startGatewayWorld()
  await loadModels(world.app.runtime, {
    models: [
      {
        slug: MODEL,
        displayName: 'Chat',
        workload: 'INFERENCE',
        prices: [{ lineItem: 'INPUT_TOKENS', usd: '1', effectiveFrom: '2020-01-01T00:00:00Z' }],
      },
    ],
  })
  const { owner, organizationId } = world
  const at = (ms: number) => new Date(Date.now() + ms).toISOString()
  let made = 0
  return {
    ...world,
    async newKey(input = {}) {
      made += 1
      const project = await owner.projects.create({ organizationId, name: `Reported ${made}` })
      const { apiKey, secret } = await owner.apiKeys.create({ projectId: project.id, name: 'key', ...input })
      return { id: apiKey.id, secret, projectId: project.id }
    },
    async recorded(projectId) {
      const input = { from: at(-86_400_000), to: at(3_600_000) }
      const costs = await owner.costAnalytics.getOfProject(projectId, input)
      return { events: Number(costs?.totalRequests), nanos: Math.round(Number(costs?.total) * 1e9) }
    },
  }
}

/** A fetch with one connection per request, because a bad network decides per connection. */
export const oneConnectionEach: Fetch = (url, init) =>
  new Promise((resolve, reject) => {
    const { method, headers, body, signal } = init ?? {}
    const sent = request(new URL(String(url)), {
      agent: false,
      method: method ?? 'GET',
      headers: Object.fromEntries(new Headers(headers)),
      ...(signal ? { signal } : {}),
    })
    sent.once('response', (response) => {
      const status = response.statusCode ?? 500
      const answered = Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)])
      // The reader of the body handles its errors.
      const stream = Readable.toWeb(response) as ReadableStream<Uint8Array>
      resolve(new Response(stream, { status, headers: answered }))
    })
    sent.once('error', reject)
    sent.end(typeof body === 'string' ? body : undefined)
  })

/** A fetch that counts the calls of one operation, and can delay or lose them. */
export function watched(fetch: Fetch, operation: string) {
  let open: Promise<void> = Promise.resolve()
  const state = {
    calls: 0,
    isAway: false,
    /** Delays all calls until the returned function is called. */
    hold(): () => void {
      let go = () => {}
      open = new Promise((resolve) => {
        go = resolve
      })
      return go
    },
    fetch: (async (url, init) => {
      if (!String(init?.body).includes(operation)) return fetch(url, init)
      state.calls += 1
      await open
      if (state.isAway) throw new TypeError('fetch failed')
      return fetch(url, init)
    }) satisfies Fetch,
  }
  return state
}
