import type { PrismaClient } from './generated/prisma/client.ts'

/** Runs a call of a method. `path` names it, such as `user.count`. */
type RunCall = (path: string, call: () => unknown, args: readonly unknown[]) => unknown

/**
 * Wraps a client so that `run` runs each call. The calls are wrapped, not the property reads, so that a model that was
 * read from the client earlier is wrapped, too.
 */
export const wrapClient = (client: PrismaClient, run: RunCall): PrismaClient => new Proxy(client, wrapper('', run))

function wrapper<T extends object>(prefix: string, run: RunCall): ProxyHandler<T> {
  const known = new Map<string, { original: unknown; wrapped: unknown }>()
  return {
    get(target, key) {
      const original: unknown = Reflect.get(target, key)
      // Prisma uses symbols and underscored names internally.
      if (typeof key === 'symbol' || key.startsWith('_')) return original
      const before = known.get(key)
      if (before?.original === original) return before?.wrapped
      const wrapped = wrap(target, original, prefix + key, run)
      known.set(key, { original, wrapped })
      return wrapped
    },
  }
}

function wrap(owner: object, value: unknown, path: string, run: RunCall): unknown {
  if (typeof value === 'function') {
    return (...args: unknown[]) => run(path, () => Reflect.apply(value, owner, args), args)
  }
  return typeof value === 'object' && value !== null ? new Proxy(value, wrapper(`${path}.`, run)) : value
}
