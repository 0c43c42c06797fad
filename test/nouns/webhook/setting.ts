import { setTimeout as delay } from 'node:timers/promises'
import { type Client, type Json, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { type Receiver, startReceiver } from './receiver.ts'

const PATIENCE_MS = 15_000

/** An organization whose Owner creates webhooks, and a receiver on this machine, which the instance allows. */
export interface Setting extends TestApp {
  owner: Client & { email: string }
  organizationId: string
  projectId: string
  receiver: Receiver
  /** Creates a webhook to the receiver and returns its id and signing secret. */
  webhook(input?: object): Promise<{ id: string; secret: string }>
  /** Creates a key, which sends an event to webhooks. */
  key(name: string): Promise<{ id: string; secret: string }>
  /** The webhook as its Owner reads it, with its deliveries. */
  read(id: string): Promise<Json>
}

const DELIVERIES = 'messageId event createdAt attempts nextAttemptAt deliveredAt givenUpAt lastStatus lastError'

export const WEBHOOK = `id url description events enabled createdByName lastSuccessAt lastFailureAt lastFailure
  deliveries(first: 100) { nodes { ${DELIVERIES} } }`

export async function startSetting(environment: Record<string, string> = {}): Promise<Setting> {
  const app = await startApp({ environment: { KEYWARD_WEBHOOK_PRIVATE_TARGETS: 'allow', ...environment } })
  const owner = await app.signUp('Owner')
  const { id: organizationId, defaultProject: projectId } = await createOrganization(owner, 'Acme')
  const receiver = await startReceiver()
  return {
    ...app,
    owner,
    organizationId,
    projectId,
    receiver,
    async webhook(input = {}) {
      const made = await owner.mutate(
        'webhookCreate',
        { organizationId, url: receiver.url, ...input },
        'webhook { id } secret',
      )
      if (!made.webhook) throw new Error(`No webhook: ${JSON.stringify(made)}`)
      return { id: made.webhook.id, secret: made.secret }
    },
    key: (name) => createKey(owner, projectId, name),
    async read(id) {
      const { data } = await owner.ask(`query ($id: ID!) { node(id: $id) { ... on Webhook { ${WEBHOOK} } } }`, { id })
      return data.node
    },
    async close() {
      await app.close()
      await receiver.close()
    },
  }
}

/** Waits for a condition and returns its value. Fails after the timeout. */
export async function until<T>(look: () => T | Promise<T>, isSo: (found: T) => boolean = Boolean): Promise<T> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    const found = await look()
    if (isSo(found)) return found
    if (performance.now() > end) throw new Error(`Was not so within ${PATIENCE_MS} ms: ${JSON.stringify(found)}`)
    await delay(25)
  }
}
