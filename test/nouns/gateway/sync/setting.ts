import { createHash, randomUUID } from 'node:crypto'
import type { GatewaySync, Keyward } from '@keyward/sdk'
import { createGateway } from '../../../../schema/gateway/service.ts'
import { type SdkWorld, startSdkWorld } from '../../../clients/sdk/world.ts'

export const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** A world with a gateway's plain client. */
export interface SyncWorld extends SdkWorld {
  gateway: Keyward
  gatewayToken: string
  gatewayName: string
}

export async function startSyncWorld(): Promise<SyncWorld> {
  const world = await startSdkWorld()
  const { token, name } = await createGateway(world.app.runtime, `gateway ${randomUUID()}`)
  return { ...world, gateway: world.as(token), gatewayToken: token, gatewayName: name }
}

/** The stream of a connection, one message after another. */
export function follow(client: Keyward, after?: string, connectionId: string = randomUUID()) {
  const stream = client.gateway.sync({ connectionId }, { ...(after === undefined ? {} : { after }), maxRetries: 0 })
  return {
    connectionId,
    async next(): Promise<GatewaySync> {
      const { done, value } = await stream.next()
      if (done) throw new Error('The stream has ended')
      return value
    },
    /** Returns the first matching message and skips those before it. */
    async until(fits: (message: GatewaySync) => boolean): Promise<GatewaySync> {
      for (;;) {
        const message = await this.next()
        if (fits(message)) return message
      }
    },
    leave: () => stream.return?.(),
  }
}
