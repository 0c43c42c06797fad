import { createGateway, type Gateway } from '@keyward/sdk/gateway'
import type { Observer } from './observe.ts'

/** Gateways in this process, each connected to its own replica. */
export async function connectGateways(
  replicas: readonly { url: string; fetch?: (url: string, init: RequestInit) => Promise<Response> }[],
  token: string,
): Promise<{ observers: Observer[]; close(): Promise<void> }> {
  const modules = replicas.map(({ url, ...replica }) => createGateway({ ...replica, baseUrl: url, token }))
  await Promise.all(modules.map((module) => module.ready()))
  const accepts = async (module: Gateway, secret: string): Promise<boolean> => {
    for (;;) {
      const answer = await module.authorize(secret)
      if (answer.__typename === 'ApiKeyAllowed') return true
      // UNAVAILABLE is not a decision, so a caller asks again.
      if (answer.reason !== 'UNAVAILABLE') return false
    }
  }
  return {
    observers: modules.map((module, index) => ({
      name: `gateway ${index + 1}`,
      accepts: (secret) => accepts(module, secret),
    })),
    close: async () => {
      await Promise.all(modules.map((module) => module.close()))
    },
  }
}
