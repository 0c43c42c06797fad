import { createGateway, type Gateway, type GatewayOptions } from '@keyward/sdk/gateway'
import { ORIGIN } from '../../infra/app.ts'
import { type SyncWorld, startSyncWorld } from '../../nouns/gateway/sync/setting.ts'

/** A world with a gateway module in this process. */
export interface GatewayWorld extends SyncWorld {
  module: Gateway
  /** Another gateway module, which the server sees as a separate process. */
  open(options?: Partial<GatewayOptions>): Gateway
  /** Resolves once a module has received every change committed so far. */
  caughtUp(module?: Gateway): Promise<void>
}

export async function startGatewayWorld(): Promise<GatewayWorld> {
  const world = await startSyncWorld()
  const opened: Gateway[] = []
  const open = (options: Partial<GatewayOptions> = {}) => {
    const module = createGateway({ baseUrl: ORIGIN, token: world.gatewayToken, fetch: world.fetch, ...options })
    opened.push(module)
    return module
  }
  const module = open()
  await module.ready()
  return {
    ...world,
    module,
    open,
    async caughtUp(which = module) {
      const now = world.database.clock.now().getTime()
      while (Date.parse(which.status.asOf ?? '') < now) await new Promise((resolve) => setTimeout(resolve, 20))
    },
    async close() {
      await Promise.all(opened.map((each) => each.close({ timeout: 1_000 }).catch(() => {})))
      await world.close()
    },
  }
}
