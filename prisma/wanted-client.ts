import type { PrismaClient } from './generated/prisma/client.ts'

type Call = () => unknown

/**
 * The client for work that somebody may give up. `run` runs each call of a method, by its name. Only methods are wrapped,
 * and only when they are taken, since every request has a client of its own.
 */
export function wantedClient(client: PrismaClient, run: (method: string, call: Call) => unknown): PrismaClient {
  return wrap(client, run)
}

const wrap = <T extends object>(owner: T, run: (method: string, call: Call) => unknown): T =>
  new Proxy(owner, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      if (typeof key === 'symbol' || key.startsWith('_')) return value
      if (typeof value === 'function') {
        return (...args: unknown[]) => run(key, () => Reflect.apply(value, target, args))
      }
      return typeof value === 'object' && value !== null ? wrap(value, run) : value
    },
  })
