import type { App } from '@keyward/server/app'
import { type Demo, makeDemo } from '@keyward/server/demo/demo'
import { createLog } from '@keyward/server/telemetry/log'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectCheap, expectStood, kindsForNextPlace, printFigures } from '../../promises/bad-input/cpu.ts'
import { rawBodies, slowJson, slowTexts } from '../../promises/bad-input/slow-values.ts'
import { type Client, clientOf, type Json } from '../app.ts'
import { foreignSecret } from '../world.ts'
import { type OpenApp, ORIGIN, openApp, sessionOf, signIn } from './open-app.ts'

/* The inference endpoint of the demo, which decides and records like a gateway. */

const CHAT = '/demo/v1/chat/completions'
const MODEL = 'deepseek-ai/DeepSeek-V3'
/** Prices of a token of the model, in nano-dollars. */
const PRICE = 1_250

let opened: OpenApp
let app: App
let demo: Demo
let owner: Client
let organizationId: string
/** The project of the requests, which no key of the demo uses. */
let projectId: string

const UNKNOWN = foreignSecret()

const messages = (content: string) => [{ role: 'user', content }]

beforeAll(async () => {
  opened = await openApp()
  app = opened.app
  const made = await makeDemo({ config: opened.config, runtime: app.runtime, log: createLog('silent') })
  if (!made) throw new Error('No demo was created')
  demo = made
  owner = await personAt(app, 'Owner')
  const { data } = await owner.ask('{ viewer { organizations(first: 1) { nodes { id } } } }')
  organizationId = data.viewer.organizations.nodes[0].id
  projectId = await newProject()
})
afterAll(() => opened?.close())

async function personAt(at: App, role: string): Promise<Client> {
  const { email = '', password = '' } = demo.people.find((person) => person.role === role) ?? {}
  const { bearer } = sessionOf(await signIn(at, email, password))
  return clientOf(at, bearer.replace('Bearer ', ''))
}

async function newProject(): Promise<string> {
  const name = `Project ${crypto.randomUUID()}`
  return (await owner.mutate('projectCreate', { organizationId, name }, 'project { id }')).project.id
}

async function newToken(project = projectId): Promise<string> {
  const input = { organizationId, projectId: project }
  const { token } = await owner.mutate('playgroundTokenCreate', input, 'token')
  return token
}

const send = (token: string | null, body: unknown, at = app, more: RequestInit = {}): Promise<Response> =>
  at.fetch(
    new Request(ORIGIN + CHAT, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...more,
    }),
  )

const eventsOf = (text: string): Json[] =>
  text
    .split('\n\n')
    .filter((event) => event !== '' && event !== 'data: [DONE]')
    .map((event) => JSON.parse(event.replace(/^data: /, '')))

/** The requests and the cost of a project since it exists, and the amount that its budget holds back. */
async function accountOf(project: string, as = owner) {
  const { data } = await as.ask(
    `query ($id: ID!, $input: CostAnalyticsInput!) { project(id: $id) {
      budgetStatus { spent reserved } costAnalytics(input: $input) { total totalRequests } } }`,
    {
      id: project,
      input: {
        from: new Date(Date.now() - 86_400_000).toISOString(),
        to: new Date(Date.now() + 86_400_000).toISOString(),
        granularity: 'DAY',
      },
    },
  )
  const { costAnalytics, budgetStatus } = data.project
  return {
    nanos: Math.round(Number(costAnalytics.total) * 1e9),
    requests: Number(costAnalytics.totalRequests),
    ...(budgetStatus[0] ? { reserved: Number(budgetStatus[0].reserved), spent: Number(budgetStatus[0].spent) } : {}),
  }
}

const decisions = () => [...app.runtime.verifier.decisions.values()].reduce((sum, count) => sum + count, 0)

async function budgetedProject(usd: string): Promise<string> {
  const id = await newProject()
  await owner.mutate('projectUsageLimitsSet', { projectId: id, budgets: [{ period: 'MONTH', usd }] })
  return id
}

describe('the demo’s inference endpoint', () => {
  test('returns the same text whole or streamed, and charges the reported tokens once', async () => {
    const project = await budgetedProject('1')
    const token = await newToken(project)
    const asked = { model: MODEL, messages: messages('Who opens the door?') }
    const whole = await send(token, asked)
    expect(whole.status).toBe(200)
    const answer = await whole.json()
    expect(answer).toMatchObject({ object: 'chat.completion', model: MODEL, choices: [{ finish_reason: 'stop' }] })
    const [{ message }] = answer.choices
    expect(message.content).toContain('This is the demo of Keyward. No model runs')

    const response = await send(token, { ...asked, stream: true, stream_options: { include_usage: true } })
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(response.headers.get('cache-control')).toContain('no-')
    const text = await response.text()
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
    const events = eventsOf(text)
    expect(events.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(message.content)
    expect(events.at(-2).choices[0].finish_reason).toBe('stop')
    expect(events.at(-1)).toMatchObject({ choices: [], usage: answer.usage })

    // The usage is recorded before the end of the stream, so a page that reads it afterwards is current.
    const nanos = 2 * answer.usage.total_tokens * PRICE
    expect(await accountOf(project)).toEqual({ nanos, requests: 2, reserved: 0, spent: nanos / 1e9 })

    const short = await (await send(token, { ...asked, max_tokens: 3 })).json()
    expect(short).toMatchObject({ choices: [{ finish_reason: 'length' }], usage: { completion_tokens: 3 } })
  })

  test('accepts a project’s key, and attributes the usage to it', async () => {
    const answer = await send(demo.secret, { model: MODEL, messages: messages('Hello'), max_tokens: 1 })
    expect(answer.status).toBe(200)
    const [recorded] = await opened.database.sql<{ kind: string }>(
      'SELECT credential_kind AS kind FROM usage_record ORDER BY occurred_at DESC, id DESC LIMIT 1',
    )
    expect(recorded?.kind).toBe('API_KEY')
  })

  const ok = { model: MODEL, messages: messages('Hello') }
  test.each<[string, number, string, unknown]>([
    ['text that is not JSON', 400, 'invalid_json', 'hello'],
    ['deeply nested JSON', 400, 'invalid_json', `${'['.repeat(100)}${']'.repeat(100)}`],
    ['a list', 400, 'invalid_value', []],
    ['more than 64 KiB', 413, 'body_too_large', { ...ok, other: 'x'.repeat(65_536) }],
    ['no model', 400, 'invalid_value', { messages: ok.messages }],
    ['a model with a long name', 400, 'invalid_value', { ...ok, model: 'm'.repeat(201) }],
    ['no messages', 400, 'invalid_value', { ...ok, messages: [] }],
    ['51 messages', 400, 'invalid_value', { ...ok, messages: Array(51).fill(ok.messages[0]) }],
    ['a long message', 400, 'invalid_value', { ...ok, messages: messages('x'.repeat(16_385)) }],
    ['an image', 400, 'invalid_value', { ...ok, messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }],
    ['an unknown role', 400, 'invalid_value', { ...ok, messages: [{ role: 'owner', content: 'Hello' }] }],
    ['1,025 tokens', 400, 'invalid_value', { ...ok, max_tokens: 1_025 }],
    ['half a token', 400, 'invalid_value', { ...ok, max_completion_tokens: 0.5 }],
    ['two answers', 400, 'invalid_value', { ...ok, n: 2 }],
  ])('rejects %s before it authorizes anything', async (_, status, code, body) => {
    const token = await newToken()
    const before = decisions()
    const response = await send(token, body)
    expect(response.status).toBe(status)
    const { error } = await response.json()
    expect(error).toMatchObject({ code, type: 'invalid_request_error' })
    expect(error.message).toMatch(/\.$/)
    expect(decisions()).toBe(before)
    await opened.database.sql('DELETE FROM playground_token')
  })

  // R8. The secret is unknown: every bound comes before the decision.
  test('validates bodies with unexpected values within 50 ms of CPU', async () => {
    const body = { ...ok, max_tokens: 9, n: 1, stream: false, stream_options: { include_usage: true } }
    const size = 65_536 - JSON.stringify(body).length
    const members = Object.keys(body)
    const bodies = [
      ...members.flatMap((name) => {
        const values = [
          ...Object.entries(slowTexts(size, 'a')).map(([kind, text]) => [kind, JSON.stringify(text)] as const),
          ...Object.entries(slowJson(size)),
        ]
        return kindsForNextPlace(values).map(([kind, json]) => {
          const rest = JSON.stringify({ ...body, [name]: undefined }).slice(1)
          return [`${name}: ${kind}`, `{${JSON.stringify(name)}:${json},${rest}`] as const
        })
      }),
      ...kindsForNextPlace(Object.entries(rawBodies(65_536))),
    ]
    expect(bodies.length).toBeGreaterThan(members.length)
    for (const [what, text] of bodies) {
      await expectCheap(
        what,
        () => new Uint8Array(Buffer.from(text)),
        async (bytes) => expectStood(what, await send(UNKNOWN, '', app, { body: bytes })),
      )
    }
    printFigures(`${members.length} members of a chat`)
  }, 600_000)

  test('returns a denial’s code and rate limits in the format of OpenAI’s errors', async () => {
    const none = await send(null, ok)
    expect([none.status, none.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect((await none.json()).error.code).toBe('NO_SECRET')
    const unknown = await send(foreignSecret(), ok)
    expect([unknown.status, unknown.headers.get('keyward-reason')]).toEqual([401, 'NOT_FOUND'])
    expect((await unknown.json()).error).toMatchObject({ code: 'NOT_FOUND', param: null })

    const poor = await budgetedProject('0.0000001')
    const broke = await send(await newToken(poor), ok)
    expect([broke.status, broke.headers.get('x-should-retry')]).toEqual([429, 'false'])
    expect((await broke.json()).error).toMatchObject({ code: 'BUDGET_EXCEEDED', type: 'rate_limit_error' })

    const slow = await newProject()
    await owner.mutate('projectUsageLimitsSet', { projectId: slow, requestsPerMinute: 1 })
    const token = await newToken(slow)
    const first = await send(token, { ...ok, max_tokens: 1 })
    expect([first.status, first.headers.get('x-ratelimit-limit-requests')]).toEqual([200, '1'])
    const second = await send(token, { ...ok, max_tokens: 1 })
    expect([second.status, second.headers.get('keyward-reason')]).toEqual([429, 'RATE_LIMITED'])
    expect(second.headers.get('x-ratelimit-remaining-requests')).toBe('0')
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await send(token, { ...ok, model: 'nobody/nothing' })).status).toBe(403)
    const get = await app.fetch(new Request(ORIGIN + CHAT))
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('releases the reservation if the model does not support chat', async () => {
    const project = await budgetedProject('1')
    const response = await send(await newToken(project), { ...ok, model: 'BAAI/bge-large-en-v1.5' })
    expect(response.status).toBe(400)
    expect((await response.json()).error).toMatchObject({ code: 'model_without_price', param: 'model' })
    expect(await accountOf(project)).toEqual({ nanos: 0, requests: 0, reserved: 0, spent: 0 })
  })

  // Failed while a cancelled stream was generated to its end.
  test('charges a cancelled stream once, for the tokens that were sent', async () => {
    const project = await budgetedProject('1')
    const token = await newToken(project)
    const whole = await (await send(token, ok)).json()
    const before = await accountOf(project)
    const response = await send(token, { ...ok, stream: true })
    const reader = response.body?.getReader()
    let read = ''
    while (!read.includes('This')) read += new TextDecoder().decode((await reader?.read())?.value)
    expect((await accountOf(project)).reserved).toBeGreaterThan(0)
    await reader?.cancel()
    await expect.poll(async () => (await accountOf(project)).reserved).toBe(0)
    const after = await accountOf(project)
    expect(after.requests).toBe(before.requests + 1)
    const charged = (after.nanos - before.nanos) / PRICE
    expect(charged).toBeGreaterThan(whole.usage.prompt_tokens)
    expect(charged).toBeLessThan(whole.usage.total_tokens)
  })

  // Failed while an answer without a token released nothing.
  test('charges nothing if the client disconnects before the first token', async () => {
    const project = await budgetedProject('1')
    const leave = new AbortController()
    leave.abort()
    const response = await send(await newToken(project), { ...ok, stream: true }, app, { signal: leave.signal })
    await response.body?.cancel()
    await expect.poll(async () => (await accountOf(project)).reserved).toBe(0)
    expect(await accountOf(project)).toEqual({ nanos: 0, requests: 0, reserved: 0, spent: 0 })
  })

  // Failed while the close did not wait: some of the answers were still being recorded.
  test('settles responses in progress before the server closes', async () => {
    const token = await newToken()
    const replica = await opened.replica()
    const recorded = async () => {
      const [row] = await opened.database.sql<{ count: number }>('SELECT count(*)::int AS count FROM usage_record')
      return row?.count ?? 0
    }
    const before = await recorded()
    const COUNT = 15
    for (let nth = 0; nth < COUNT; nth += 1) {
      const reader = (await send(token, { ...ok, stream: true }, replica)).body?.getReader()
      let read = ''
      while (!read.includes('This')) read += new TextDecoder().decode((await reader?.read())?.value)
    }
    await replica.close()
    expect(await recorded()).toBe(before + COUNT)
  })

  test('is absent without the demo or its gateway, or if another endpoint is configured', async () => {
    const token = await newToken()
    const statusAt = async (environment: NodeJS.ProcessEnv) => {
      const other = await opened.replica(environment)
      const { status } = await send(token, ok, other)
      const page = await (await other.fetch(new Request(`${ORIGIN}/`))).text()
      return [status, /inferenceUrl&quot;:(&quot;[^&]*&quot;|null)/.exec(page)?.[1]?.replaceAll('&quot;', '"')]
    }
    expect(await statusAt({})).toEqual([200, '"/demo/v1"'])
    expect(await statusAt({ KEYWARD_DEMO: 'off' })).toEqual([404, 'null'])
    const KEYWARD_INFERENCE_URL = 'https://inference.example.com/v1'
    expect(await statusAt({ KEYWARD_INFERENCE_URL })).toEqual([404, `"${KEYWARD_INFERENCE_URL}"`])
    await opened.database.sql('UPDATE gateway SET name = $1, name_key = $1', ['renamed'])
    expect(await statusAt({})).toEqual([404, 'null'])
  })
})
