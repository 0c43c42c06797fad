import { randomUUID } from 'node:crypto'
import { scattered, secretOf } from './secrets.ts'

/** What is asked, by whom and how often. Sent to the process that asks. */
export interface Load {
  url: string
  connections: number
  /** For how long it is measured. */
  seconds: number
  /** For how long, at most, it runs unmeasured before; keys in use are asked about once each. */
  warmUp: number
  /** No answer may contain this. */
  forbidden?: string
  /** What is put in the place of DRAWN: secrets of keys, or new ids. */
  draw: Keys | 'IDS'
  message: Message
}

/** Which keys are asked about. */
export interface Keys {
  /** The first key of the data set that is one of those, and then every so many-th. */
  first?: number
  every: number
  /** How many there are of those. */
  of: number
  /** How many of them are in use: each is asked about once to warm up, and then at random; null: each once. */
  inUse: number | null
  /** How many are asked about at most, where each is asked about once. */
  most?: number
  /** Where the walk over all of them begins. */
  from: number
}

/**
 * How a request is made: in the place of DRAWN something new is put each time. A body has, in the place of ITEMS, `batch`
 * times one of `items` in turn, each with something of its own.
 */
export interface Message {
  method: 'GET' | 'POST'
  path: string
  headers: Record<string, string>
  batch: number
  items?: string[]
  body?: string
}

/** Secrets are made before it begins, no more than so many. */
const MOST = 400_000

export interface Requests {
  /** The next request to warm up with; null when there is none any more. */
  warming: () => string | null
  /** The next for some seconds after that, in which what was new comes to rest. */
  settling: () => string | null
  measured: () => string | null
}

export function requestsOf({ url, draw, message }: Pick<Load, 'url' | 'draw' | 'message'>): Requests {
  const { batch } = message
  const write = writerOf(url, message)
  const several = (next: () => string) => () => write(Array.from({ length: batch }, next))
  if (draw === 'IDS') return { warming: several(randomUUID), settling: () => null, measured: several(randomUUID) }
  const numbers = scattered(draw.of, draw.from)
  const count = Math.min(draw.inUse ?? draw.most ?? MOST, draw.of)
  const secrets = Array.from({ length: count }, () => secretOf((draw.first ?? 0) + numbers.next().value * draw.every))
  let at = 0
  const inTurn = several(() => secrets[at++ % count] ?? '')
  if (draw.inUse !== null) {
    const eachOnce = () => (at >= count ? null : inTurn())
    const atRandom = several(() => secrets[Math.floor(Math.random() * count)] ?? '')
    return { warming: eachOnce, settling: atRandom, measured: atRandom }
  }
  // What warms up is a tenth of them, and is not asked about again.
  return {
    warming: () => (at + batch > count / 10 ? null : inTurn()),
    settling: () => null,
    measured: () => (at + batch > count ? null : inTurn()),
  }
}

function writerOf(url: string, { method, path, headers, items, body }: Message): (drawn: string[]) => string {
  const { host } = new URL(url)
  const named = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const head = [`${method} ${path} HTTP/1.1`, `host: ${host}`, ...named].join('\r\n')
  if (body === undefined) {
    const [before = '', after = ''] = `${head}\r\n\r\n`.split('DRAWN')
    return ([drawn = '']) => before + drawn + after
  }
  const parts = (items ?? ['']).map((item) => item.split('DRAWN'))
  const [before = '', after = ''] = body.split('ITEMS')
  return (drawn) => {
    const text = before + drawn.map((each, index) => parts[index % parts.length]?.join(each)).join(',') + after
    return `${head}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
  }
}
