import { addressOf } from './address.ts'
import { INSTANCE } from './instance.ts'

/** The address to which the playground sends requests. Null if the instance has no inference endpoint. */
export const CHAT_URL: string | null =
  INSTANCE.inferenceUrl === null
    ? null
    : new URL(`${INSTANCE.inferenceUrl.replace(/\/$/, '')}/chat/completions`, location.origin).href

const isOwn = CHAT_URL === null || new URL(CHAT_URL).origin === location.origin

/** The policy of a document depends on the address at which it was loaded. */
const isLoadedAtPlayground = /\/o\/[^/]+\/playground\/?$/.test(location.pathname)

/**
 * Loads the playground as a new document if the policy of this one forbids requests to the endpoint. Then it never
 * resolves, because the document ends.
 */
export async function loadAtPlayground(href: string): Promise<void> {
  if (isOwn || isLoadedAtPlayground) return
  location.assign(addressOf(href))
  await new Promise(() => undefined)
}
