import { aMillionKeys } from './key-sets.ts'
import type { Keys, Message } from './requests.ts'
import type { World } from './world.ts'

/** Number of connections that generate load. */
const CONNECTIONS = 64
/** Number of keys in use, of a million, for loads on cached keys. */
const IN_USE = 50_000

/** Requests to /authorize for a million keys. For each new server, the walk over the keys starts elsewhere. */
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
  // Keys alternate: the first of each pair has no limits, the second has limits.
  const half = world.size.million / 2
  const keys: Keys = { every: 2, of: half, inUse: Math.min(half, IN_USE), from: 0 }
  let servers = 0
  return {
    url,
    /** Load with the keys in use, which are cached after the warm-up. */
    known: (given: Partial<Keys> = {}) => ({
      connections: CONNECTIONS,
      warmUp: given.inUse === null ? 2 : 60,
      draw: { ...keys, ...given },
      message,
    }),
    /** Load with keys that a new server has not seen. */
    first(given: Partial<Keys> = {}) {
      servers += 1
      const draw = { ...keys, inUse: null, from: servers * 50_021, ...given }
      return { connections: CONNECTIONS, warmUp: 2, draw, message }
    },
  }
}
