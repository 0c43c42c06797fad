import type { Clock } from '@keyward/prisma/clock'

/** Smaller differences are measurement errors, and must not change times that are compared for equality. */
const SAME_MS = 1_000

/** Measures how far the database's clock is ahead of this machine's, in milliseconds. 0 if they agree. */
export function createOffset(clock: Pick<Clock, 'now'>): () => number {
  let known = 0
  return () => {
    const present = clock.now().getTime() - Date.now()
    if (Math.abs(present - known) > SAME_MS) known = Math.abs(present) > SAME_MS ? present : 0
    return known
  }
}

const isPlain = (value: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(value))

type MoveText = (text: string, ms: number) => string

/** Shifts all dates in a value. `moveText` shifts dates in text, in members named `value`. */
function moved(value: unknown, ms: number, moveText: MoveText): unknown {
  if (ms === 0) return value
  if (value instanceof Date) return new Date(value.getTime() + ms)
  if (Array.isArray(value)) return value.map((each) => moved(each, ms, moveText))
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      name === 'value' && typeof each === 'string' ? moveText(each, ms) : moved(each, ms, moveText),
    ]),
  )
}

/** Shifts the expiry in a single sign-on state, which better-auth stores as a number in JSON. */
const movedState: MoveText = (text, ms) => {
  if (!text.startsWith('{')) return text
  const state: unknown = JSON.parse(text)
  const isState = typeof state === 'object' && state !== null && 'expiresAt' in state
  return isState && typeof state.expiresAt === 'number'
    ? JSON.stringify({ ...state, expiresAt: state.expiresAt + ms })
    : text
}

/** How to shift the times that each table stores as text. */
const MOVE_TEXT: Readonly<Record<string, MoveText>> = { verification: movedState }
const keepText: MoveText = (text) => text

/** Shifts a response's dates from this machine's clock to the database's clock. Undefined if nothing changes. */
export function toDatabaseTimes(answer: unknown, offset: () => number): unknown {
  const ms = offset()
  const isData = Array.isArray(answer) || (typeof answer === 'object' && answer !== null && isPlain(answer))
  return ms !== 0 && isData ? moved(answer, ms, keepText) : undefined
}

/**
 * Wraps a database client for code that reads this machine's clock: it reads and writes dates by that clock. The
 * database stores them by its own clock, so that replicas with different clocks agree on when a session ends.
 */
export function withWallTimes<Client extends object>(client: Client, offset: () => number): Client {
  const table = (delegate: object, moveText: MoveText): object =>
    new Proxy(delegate, {
      get(target, key) {
        const found: unknown = Reflect.get(target, key)
        if (typeof found !== 'function') return found
        return async (...args: unknown[]) => {
          const ms = offset()
          const given = args.map((each) => moved(each, ms, moveText))
          return moved(await Reflect.apply(found, target, given), -ms, moveText)
        }
      },
    })
  const wrapped = <T extends object>(holder: T): T =>
    new Proxy(holder, {
      get(target, key) {
        const found: unknown = Reflect.get(target, key)
        if (key === '$transaction' && typeof found === 'function') {
          return (work: (tx: object) => unknown, ...rest: unknown[]) =>
            Reflect.apply(found, target, [(tx: object) => work(wrapped(tx)), ...rest])
        }
        const isTable = typeof key === 'string' && /^[a-z]/.test(key) && typeof found === 'object' && found !== null
        return isTable ? table(found, MOVE_TEXT[key] ?? keepText) : found
      },
    })
  return wrapped(client)
}
