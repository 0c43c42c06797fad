import type { PrismaClient } from './generated/prisma/client.ts'

/**
 * Wraps the root client so that every call first runs `refuse`, which may throw. Calls are checked, not property reads,
 * so that a model taken from the client earlier is checked too.
 */
export function guardClient(client: PrismaClient, refuse: (what: string) => void): PrismaClient {
  return new Proxy(client, guard('the root client', refuse))
}

function guard<T extends object>(path: string, refuse: (what: string) => void): ProxyHandler<T> {
  const wrapped = new Map<PropertyKey, { original: unknown; guarded: unknown }>()
  return {
    get(target, key) {
      const original: unknown = Reflect.get(target, key)
      // Prisma uses symbols and underscored names internally.
      if (typeof key === 'symbol' || key.startsWith('_')) return original
      const known = wrapped.get(key)
      if (known?.original === original) return known?.guarded
      const guarded = wrap(target, original, `${path}.${key}`, refuse)
      wrapped.set(key, { original, guarded })
      return guarded
    },
  }
}

function wrap(owner: object, value: unknown, path: string, refuse: (what: string) => void): unknown {
  if (typeof value === 'function') {
    return (...args: unknown[]) => {
      refuse(path)
      return Reflect.apply(value, owner, args)
    }
  }
  return typeof value === 'object' && value !== null ? new Proxy(value, guard(path, refuse)) : value
}
