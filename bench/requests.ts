import { randomUUID } from 'node:crypto'
import { scattered, secretOf } from './secrets.ts'

/** A load: the request, the caller and the rate. It is sent to the load generator. */
export interface Load {
  url: string
  connections: number
  /** Duration of the measurement. */
  seconds: number
  /** Requests per second of an open loop. If omitted, the loop is closed. */
  rate?: number
  /** Maximum duration of the warm-up, which requests each key in use once. */
  warmUp: number
  /** Text that no response may contain. */
  forbidden?: string
  /** Replaces DRAWN: secrets of keys, or new ids. */
  draw: Keys | 'IDS'
  message: Message
}

/** The requested keys. */
export interface Keys {
  /** The first requested key in the data set, and the step to the next. */
  first?: number
  every: number
  /** Number of keys. */
  of: number
  /** Number of keys in use. Each is requested once as a warm-up, then at random. Null requests each key once. */
  inUse: number | null
  /** Maximum number of requests when each key is requested once. */
  most?: number
  /** Where the walk over all keys starts. */
  from: number
}

/**
 * A request template. Each DRAWN is replaced by a new value. In a body, ITEMS is replaced by `batch` items, taken in
 * turns, each with a new value.
 */
export interface Message {
  method: 'GET' | 'POST'
  path: string
  headers: Record<string, string>
  batch: number
  items?: string[]
  body?: string
}

/** Maximum number of secrets that are generated in advance. */
const MOST = 400_000

export interface Requests {
  /** Returns the next warm-up request. Null at the end. */
  warming: () => string | null
  /** Returns the next request in the seconds after the warm-up, until caches are settled. */
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
  // The warm-up uses a tenth of the keys, which are not requested again.
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
