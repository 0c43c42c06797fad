import { aMillionKeys } from './key-sets.ts'
import type { Keys, Message } from './requests.ts'
import type { World } from './world.ts'

/** Number of connections of the load. */
const CONNECTIONS = 64
/** Number of keys in use when they are cached, of a million. */
const IN_USE = 50_000

/** Requests at /authorize for a million keys. Each new server starts its walk over the keys at another place. */
export async function authorizeRequests(world: World) {
  const { url, made } = await aMillionKeys(world)
  const message: Message = {
    method: 'GET',
    path: '/authorize',
    headers: {
      'keyward-gateway': made.gateway,
      authorization: 'Bearer DRAWN',
      'keyward-workload': 'INFERENCE',
      'keyward-estimated-cost': '0.000001',
    },
    batch: 1,
  }
  // Of every two keys, the first has no limits, and the second has limits.
  const half = world.size.million / 2
  const keys: Keys = { every: 2, of: half, inUse: Math.min(half, IN_USE), from: 0 }
  let servers = 0
  return {
    url,
    /** The load of keys in use, which are cached after the warm-up. */
    known: (given: Partial<Keys> = {}) => ({
      connections: CONNECTIONS,
      warmUp: given.inUse === null ? 2 : 60,
      draw: { ...keys, ...given },
      message,
    }),
    /** The load of keys that a new server has not seen. */
    first(given: Partial<Keys> = {}) {
      servers += 1
      const draw = { ...keys, inUse: null, from: servers * 50_021, ...given }
      return { connections: CONNECTIONS, warmUp: 2, draw, message }
    },
  }
}
