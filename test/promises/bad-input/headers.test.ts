import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { fromRequest, type Incoming } from '../../../server/http/incoming.ts'
import { REQUEST_CAPS } from '../../../server/http/request-caps.ts'
import { ORIGIN } from '../../infra/app.ts'
import { expectCheap, expectStood, kindsForNextPlace, printFigures } from './cpu.ts'
import { type Sample, type Setting, startSetting } from './requests.ts'

/*
 * R8: no header costs more than 50 ms of CPU time. The headers are those that the server reads while it serves a valid
 * request of each kind, so a new one cannot be forgotten.
 */

/** A header that a kind of request reads. */
interface Place {
  header: string
  sample: Sample
}

let setting: Setting
const places: Place[] = []

/** Records the names of the headers that are read while a request is answered. */
async function namesReadFor(sample: Sample): Promise<Set<string>> {
  const names = new Set<string>()
  const watched = (request: Request): Request => {
    const prototype: Headers = Object.getPrototypeOf(request.headers)
    const { get, has } = prototype
    vi.spyOn(prototype, 'get').mockImplementation(function (this: Headers, name) {
      names.add(name.toLowerCase())
      return get.call(this, name)
    })
    vi.spyOn(prototype, 'has').mockImplementation(function (this: Headers, name) {
      names.add(name.toLowerCase())
      return has.call(this, name)
    })
    return request
  }
  const { method, path, headers, body } = sample
  const incoming = fromRequest(new Request(`${ORIGIN}${path}`, { method, headers, body: body ?? null }), {
    clientAddress: '10.255.0.1',
    target: undefined,
  })
  const watching: Incoming = {
    ...incoming,
    header(name) {
      names.add(name)
      return incoming.header(name)
    },
    request: () => watched(incoming.request()),
    head: (Class) => watched(incoming.head(Class)),
  }
  const answer = await setting.app.answer(watching)
  vi.restoreAllMocks()
  if (answer instanceof Response) await expectStood(sample.name, answer)
  return names
}

beforeAll(async () => {
  setting = await startSetting()
  const seen = new Map<string, number>()
  for (const sample of setting.samples) {
    for (const header of [...(await namesReadFor(sample)), 'x-unread']) {
      // One piece of code reads a header for many paths.
      const code = `${header} ${sample.path.split('/')[1]?.split('?')[0]}`
      seen.set(code, (seen.get(code) ?? 0) + 1)
      if ((seen.get(code) ?? 0) <= 2) places.push({ header, sample })
    }
  }
})
afterAll(async () => {
  const headers = new Set(places.map(({ header }) => header)).size
  printFigures(`${headers} headers in ${setting.samples.length} kinds of requests`)
  await setting.close()
})

const LITERALS = /(?<!response\.)(?:\bheaders?\??\.(?:get|has)|\bheader)\('([a-z][a-z0-9-]*)'\)/g

/** Reads `Host` and `X-Forwarded-For` of a socket, which these requests do not have. */
const READS_SOCKETS = 'http/node-message.ts'

test('valid sample requests read every header that the server’s code names', () => {
  const named = new Set<string>()
  for (const file of readdirSync('server', { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.includes('node_modules') || file === READS_SOCKETS) continue
    for (const [, name] of readFileSync(`server/${file}`, 'utf8').matchAll(LITERALS)) if (name) named.add(name)
  }
  const read = new Set(places.map(({ header }) => header))
  expect(named.size).toBeGreaterThan(12)
  expect([...named].filter((name) => !read.has(name))).toEqual([])
})

/** Leaves room for the other headers. */
const LONGEST = 14_500

/** Values that are slow to split, match or decode. */
const PARTS = [
  'a',
  '9',
  ',',
  ', ',
  ';',
  '; ',
  '=',
  'a=b; ',
  '[',
  '{"a":',
  '"',
  '\\',
  '%',
  '%41',
  '\xff',
  '\xcc\x81',
  ':',
  '/',
  '.',
  'a.',
  '-',
  '../',
  'Bearer ',
  'kw_proj_',
  'a,b;q=0.1,',
]

const slow = (valid: string, size: number): string[] => {
  const fill = (part: string) => part.repeat(Math.floor(size / Math.max(part.length, 1))).slice(0, size)
  return [
    ...PARTS.map(fill),
    ...[' ', '\t', ';', ',', '"'].map((part) => `${valid || 'a'}${fill(part).slice(valid.length)}x`),
    ...(valid === ''
      ? []
      : [fill(valid), fill(valid.slice(0, -1)), fill(`${valid.slice(0, -1)},`), fill(valid.slice(1))]),
    ...(valid === '' ? [] : [`${fill(`${valid.slice(0, -1)} `).slice(0, size / 2)}${fill('; ').slice(0, size / 2)}x`]),
  ].filter(({ length }) => length >= size / 2)
}

test('requests with unexpected header values take at most 50 ms of CPU', async () => {
  expect(places.length).toBeGreaterThan(100)
  for (const { header, sample } of places) {
    const values = slow(sample.headers[header] ?? '', LONGEST)
    for (const value of kindsForNextPlace(['a'.repeat(1_000_000), ...values])) {
      const what = `${sample.name}, ${header}: ${value.slice(0, 30)}… (${value.length})`
      const headers = { ...sample.headers, [header]: value }
      const prepare = () => setting.prepare({ ...sample, headers })
      await expectCheap(what, prepare, async (send) => {
        const response = await send()
        await expectStood(what, response)
        expect(response.status === 431, what).toBe(value.length > REQUEST_CAPS.headBytes)
      })
    }
  }
}, 600_000)
