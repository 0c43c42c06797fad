import type { Clock } from '@keyward/prisma/clock'

/** Differences below it are those of measurements. Times that are compared for equality must not change by them. */
const SAME_MS = 1_000

/** How far the database's clock is ahead of this machine's, in milliseconds. 0 if they agree. */
export function createOffset(clock: Pick<Clock, 'now'>): () => number {
  let known = 0
  return () => {
    const present = clock.now().getTime() - Date.now()
    if (Math.abs(present - known) > SAME_MS) known = Math.abs(present) > SAME_MS ? present : 0
    return known
  }
}

const isPlain = (value: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(value))

/** Moves every date in a value. */
function moved(value: unknown, ms: number): unknown {
  if (ms === 0) return value
  if (value instanceof Date) return new Date(value.getTime() + ms)
  if (Array.isArray(value)) return value.map((each) => moved(each, ms))
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, moved(each, ms)]))
}

/**
 * A client of the database whose dates are on this machine's clock, for code that reads that clock. The database has them
 * on its own, so that replicas whose clocks differ agree when a session ends.
 */
export function withWallTimes<Client extends object>(client: Client, offset: () => number): Client {
  const table = (delegate: object): object =>
    new Proxy(delegate, {
      get(target, key) {
        const found: unknown = Reflect.get(target, key)
        if (typeof found !== 'function') return found
        return async (...args: unknown[]) => {
          const ms = offset()
          const given = args.map((each) => moved(each, ms))
          return moved(await Reflect.apply(found, target, given), -ms)
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
        return isTable ? table(found) : found
      },
    })
  return wrapped(client)
}
