import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REQUEST_CAPS } from '../../../server/http/request-caps.ts'
import { expectCheap, expectStood, kindsForNextPlace, printFigures } from './cpu.ts'
import { type Sample, type Setting, startSetting } from './requests.ts'
import { rawBodies, slowJson, slowTexts } from './slow-values.ts'

/*
 * R8: no body and no URL costs more than 50 ms of CPU time. Every request that has a body or parameters is sent with each
 * of its members and parameters replaced, and with bodies that are not of their content type.
 */

let setting: Setting
let places = 0
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(async () => {
  printFigures(`${places} members and parameters in ${setting.samples.length} kinds of requests`)
  await setting.close()
})

/** The largest body that is read of a kind of request, less some bytes for the rest of it. Larger ones are below. */
const sizeOf = ({ path, headers }: Sample): number => {
  const isLong = path === '/leaks/github' || path === '/graphql'
  if (!isLong) return REQUEST_CAPS.authBodyBytes - 1_500
  return (headers['content-type'] === 'application/json' ? REQUEST_CAPS.bodyBytes : REQUEST_CAPS.formBytes) - 1_500
}

const TYPES = [
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=abc',
  'application/graphql',
  'text/plain',
]

async function sendAll(sample: Sample, what: string, body: string | Buffer | undefined): Promise<void> {
  const headers =
    sample.path === '/leaks/github' && body !== undefined
      ? { ...sample.headers, ...setting.signed(body) }
      : sample.headers
  await expectCheap(
    `${sample.name}: ${what}`,
    () => setting.prepare({ ...sample, headers, body }),
    async (send) => expectStood(`${sample.name}: ${what}`, await send()),
  )
}

/** The paths of a JSON value, its own first. */
function pathsIn(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, member]) => pathsIn(member, [...path, key]))]
}

/**
 * The JSON text of a value with another JSON text at a path. A text, because JSON.stringify cannot write every value.
 */
function jsonWith(value: unknown, [step, ...rest]: (string | number)[], json: string): string {
  if (step === undefined) return json
  const members = Object.entries(Object(value)).map(([key, member]) => {
    const text = key === String(step) ? jsonWith(member, rest, json) : JSON.stringify(member)
    return Array.isArray(value) ? text : `${JSON.stringify(key)}:${text}`
  })
  return Array.isArray(value) ? `[${members.join(',')}]` : `{${members.join(',')}}`
}

const valueAt = (value: unknown, path: (string | number)[]): unknown =>
  path.reduce<unknown>((inside, step) => Object(inside)[step], value)

const hasJson = ({ headers }: Sample): boolean => headers['content-type'] === 'application/json'
const hasForm = ({ headers }: Sample): boolean => headers['content-type'] === 'application/x-www-form-urlencoded'

test('JSON bodies with unexpected values take at most 50 ms of CPU', async () => {
  for (const sample of setting.samples.filter(hasJson)) {
    const body: unknown = JSON.parse(sample.body ?? '{}')
    for (const path of pathsIn(body)) {
      places += 1
      const valid = valueAt(body, path)
      const size = sizeOf(sample)
      const texts = Object.entries(slowTexts(size, typeof valid === 'string' ? valid : 'a'))
      // better-auth checks the types of its members by schemas of zod.
      const isChecked = sample.path.startsWith('/auth/') && path.length > 0
      const values = [
        ...(isChecked && typeof valid !== 'string' ? [] : texts.map(([kind, text]) => [kind, JSON.stringify(text)])),
        ...(isChecked ? [] : Object.entries(slowJson(size))),
      ]
      for (const [kind = '', json = ''] of kindsForNextPlace(values)) {
        await sendAll(sample, `${path.join('.')}: ${kind}, ${size}`, jsonWith(body, path, json))
      }
    }
  }
  expect(places).toBeGreaterThan(50)
}, 600_000)

test('forms with unexpected values take at most 50 ms of CPU', async () => {
  for (const sample of setting.samples.filter(hasForm)) {
    for (const [name, valid] of new URLSearchParams(sample.body)) {
      places += 1
      const size = sizeOf(sample)
      const texts = [...Object.entries(slowTexts(size, valid)), ...Object.entries(slowJson(size))]
      for (const [kind, text] of kindsForNextPlace(texts)) {
        const rest = [...new URLSearchParams(sample.body)].filter(([other]) => other !== name)
        // Unencoded where possible: encoding makes most of them three times as long.
        const given = /[&+%]/.test(text) ? encodeURIComponent(text.toWellFormed()) : text
        await sendAll(sample, `${name}: ${kind}, ${size}`, `${new URLSearchParams(rest)}&${name}=${given}`)
      }
    }
  }
}, 600_000)

test('URLs with unexpected parameter values take at most 50 ms of CPU', async () => {
  for (const sample of setting.samples.filter(({ path }) => path.includes('?'))) {
    const [path, query] = sample.path.split('?')
    for (const [name, valid] of new URLSearchParams(query)) {
      places += 1
      const texts = [...Object.entries(slowTexts(14_000, valid)), ...Object.entries(slowJson(14_000))]
      for (const [kind, text] of kindsForNextPlace(texts)) {
        const rest = [...new URLSearchParams(query)].filter(([other]) => other !== name)
        const given = /[&+%#\s]/.test(text) ? encodeURIComponent(text.toWellFormed()) : text
        const url = `${path}?${new URLSearchParams(rest)}&${name}=${given}`.slice(0, 15_000)
        await sendAll({ ...sample, path: url }, `${name}: ${kind}`, sample.body)
      }
    }
  }
}, 600_000)

/** A path of each piece of code that reads bodies. better-auth's endpoints share theirs. */
const RAW = [
  '/auth/sign-in/email',
  '/auth/device/token',
  '/authorize',
  '/graphql',
  '/leaks/github',
  '/notices/stop',
  '/nowhere',
  '/token',
  '/token/revoke',
]

test.each(RAW)('%s rejects a body with the wrong content type within 50 ms of CPU', async (path) => {
  const sample = setting.samples.find((each) => each.method === 'POST' && each.path.split('?')[0] === path)
  if (!sample) throw new Error(`No sample has the path ${path}`)
  for (const type of TYPES) {
    for (const size of [REQUEST_CAPS.authBodyBytes, REQUEST_CAPS.formBytes, REQUEST_CAPS.bodyBytes]) {
      const kinds = Object.entries(rawBodies(size))
      // The largest bodies that the server reads are of the graph: it gets every kind of them.
      const isLargest = path === '/graphql' && size === REQUEST_CAPS.bodyBytes
      for (const [kind, body] of isLargest ? kinds : kindsForNextPlace(kinds)) {
        const headers = { ...sample.headers, 'content-type': type }
        await sendAll({ ...sample, headers }, `${type}: ${kind}, ${size}`, body)
      }
    }
  }
})

test('these tests cover every path outside /auth that accepts a body', () => {
  const paths = setting.samples.flatMap(({ path, body }) => (body === undefined ? [] : (path.split('?')[0] ?? '')))
  expect(paths.filter((path) => !path.startsWith('/auth/') && !RAW.includes(path))).toEqual([])
})

const READS = /\b(?:readBody\(|incoming\.body\(|\.(?:json|text|formData|arrayBuffer|bytes)\(\))/

test('only the listed server files read request bodies', () => {
  const files = readdirSync('server', { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      file.endsWith('.ts') && !file.includes('node_modules') && READS.test(readFileSync(`server/${file}`, 'utf8')),
  )
  // One that is missing here needs a sample in requests.ts, or a test where it is served.
  expect(files.toSorted()).toEqual([
    // demo-chat.test.ts, because only the embedded database has a demo.
    'demo/chat/endpoint.ts',
    'forward-auth/question.ts',
    'graphql/handler.ts',
    'graphql/plugins/use-request-caps.ts',
    'http/incoming.ts',
    'http/node-message.ts',
    'identity/identity.ts',
    'leaks/github.ts',
    'tokens/exchange.ts',
  ])
})
