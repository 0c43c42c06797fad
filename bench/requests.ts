import { scattered, secretOf } from './secrets.ts'

/** What is asked, by whom and how often. Sent to the process that asks. */
export interface Load {
  url: string
  connections: number
  /** For how long it is measured. */
  seconds: number
  /** For how long, at most, it runs unmeasured before. */
  warmUp: number
  /** No answer may contain this. */
  forbidden?: string
  keys: Keys
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
  /** Where the walk over all of them begins. */
  from: number
}

/** How a request is made of secrets. `SECRET` stands for one; in the body `ITEMS` for `batch` times `item`. */
export interface Message {
  method: 'GET' | 'POST'
  path: string
  headers: Record<string, string>
  batch: number
  item?: string
  body?: string
}

/** Secrets are made before it begins; a loop that is faster than that many are enough for begins again. */
const MOST = 400_000

export function requestsOf({ url, keys, message }: Pick<Load, 'url' | 'keys' | 'message'>) {
  const { batch } = message
  const numbers = scattered(keys.of, keys.from)
  const count = Math.min(keys.inUse ?? MOST, keys.of)
  const secrets = Array.from({ length: count }, () => secretOf((keys.first ?? 0) + numbers.next().value * keys.every))
  const write = writerOf(url, message)
  let at = 0
  const inTurn = (): string => {
    const secret = secrets[at % count] ?? ''
    at += 1
    return secret
  }
  const atRandom = (): string => secrets[Math.floor(Math.random() * count)] ?? ''
  const several = (draw: () => string) => () => write(Array.from({ length: batch }, draw))
  const once = () => (at + batch > count ? null : several(inTurn)())
  return keys.inUse === null
    ? // What warms up is a tenth of them, and is not asked about again.
      { warming: () => (at + batch > count / 10 ? null : several(inTurn)()), measured: once }
    : { warming: several(inTurn), measured: several(atRandom) }
}

function writerOf(url: string, { method, path, headers, item, body }: Message): (secrets: string[]) => string {
  const { host } = new URL(url)
  const head = [
    `${method} ${path} HTTP/1.1`,
    `host: ${host}`,
    ...Object.entries(headers).map((pair) => pair.join(': ')),
  ]
  if (body === undefined || item === undefined) {
    const [before = '', after = ''] = `${head.join('\r\n')}\r\n\r\n`.split('SECRET')
    return ([secret = '']) => before + secret + after
  }
  const [itemBefore = '', itemAfter = ''] = item.split('SECRET')
  const [before = '', after = ''] = body.split('ITEMS')
  return (secrets) => {
    const text = `${before}${secrets.map((secret) => itemBefore + secret + itemAfter).join(',')}${after}`
    return `${head.join('\r\n')}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
  }
}
