import { createHash, randomUUID } from 'node:crypto'
import type { Keyward, VerifierSync } from '@keyward/sdk'
import { createGateway } from '../../../../schema/gateway/service.ts'
import { type SdkWorld, startSdkWorld } from '../../../clients/sdk/world.ts'

export const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** A world with a gateway's plain client. */
export interface VerifierWorld extends SdkWorld {
  gateway: Keyward
  gatewayToken: string
  gatewayName: string
}

export async function startVerifierWorld(): Promise<VerifierWorld> {
  const world = await startSdkWorld()
  const { token, name } = await createGateway(world.app.runtime, `gateway ${randomUUID()}`)
  return { ...world, gateway: world.as(token), gatewayToken: token, gatewayName: name }
}

/** The stream of a connection, one message after another. */
export function follow(client: Keyward, after?: string, verifierId: string = randomUUID()) {
  const stream = client.verifiers.sync({ verifierId }, { ...(after === undefined ? {} : { after }), maxRetries: 0 })
  return {
    verifierId,
    async next(): Promise<VerifierSync> {
      const { done, value } = await stream.next()
      if (done) throw new Error('The stream has ended')
      return value
    },
    /** Returns the first matching message and skips those before it. */
    async until(fits: (message: VerifierSync) => boolean): Promise<VerifierSync> {
      for (;;) {
        const message = await this.next()
        if (fits(message)) return message
      }
    },
    leave: () => stream.return?.(),
  }
}
