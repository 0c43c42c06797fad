import { INSTANCE } from '../../core/policy.ts'
import type { GraphContext } from '../../graphql/context.ts'
import type { Runtime } from '../../runtime.ts'
import type { ChangeFeed } from '../../write/outbox/feed.ts'
import type { Change } from '../../write/outbox/kinds.ts'

/** A message is sent at least this often, so that a gateway knows how fresh its cache is. */
const HEARTBEAT_MS = 1_000
/** A reader that is further behind begins anew. */
const MAX_WAITING = 20_000
const MAX_BATCHES = 20

/** Changes that keep a gateway’s memory current. */
export interface Message {
  /** The position of the newest change that is in it, or before it. */
  position: bigint
  /** The UUIDs of what changed: whatever is known about them is no longer right. */
  subjects: string[]
  /** The UUIDs of what has limits that others wait for: what is leased of them and not used goes back. */
  recalls: string[]
  /** As of when everything committed is in it, or before it. */
  asOf: Date
  now: Date
}

interface News {
  position: bigint
  changes: Change[]
  asOf: Date
}

const messageOf = (runtime: Runtime, { position, changes, asOf }: News, recalls: Iterable<string> = []): Message => ({
  position,
  subjects: [...new Set(changes.map(({ subjectId }) => subjectId))],
  recalls: [...recalls],
  asOf,
  now: runtime.database.clock.now(),
})

/** Reads on from a position in the database. Where there is too much, `asOf` is the time of the last change of it. */
async function newsSince(runtime: Runtime, after: bigint, upTo?: bigint): Promise<News> {
  const asked = runtime.database.clock.now()
  const news: Change[] = []
  let position = after
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const { changes, isAll } = await runtime.changes.after(position, upTo)
    news.push(...changes)
    position = changes.at(-1)?.position ?? position
    if (isAll) return { position, changes: news, asOf: asked }
  }
  return { position, changes: news, asOf: news.at(-1)?.at ?? asked }
}

/** Reads the changes after a position once. */
export const messageSince = async (runtime: Runtime, after: bigint): Promise<Message> =>
  messageOf(runtime, await newsSince(runtime, after))

/** Collects what a stream has to tell next. */
class Inbox {
  readonly #feed: ChangeFeed
  #changes: Change[] = []
  #recalls = new Set<string>()
  #wake: () => void = () => {}
  readonly #forget: (() => void)[]

  constructor({ changes, leases }: Runtime, connectionId: string, ended: AbortSignal) {
    this.#feed = changes
    const wake = () => this.#wake()
    ended.addEventListener('abort', wake)
    this.#forget = [
      () => ended.removeEventListener('abort', wake),
      changes.onChange((change) => {
        if (this.#changes.length <= MAX_WAITING) this.#changes.push(change)
        wake()
      }),
      leases.onRecall((holderId, scopeId) => {
        if (holderId === connectionId) return
        this.#recalls.add(scopeId)
        wake()
      }),
    ]
  }

  /** Whether its reader is so far behind that changes were left out. */
  get isFull(): boolean {
    return this.#changes.length > MAX_WAITING
  }

  /** Resolves when there is something, after a while, or when the stream has ended. */
  async wait(ended: AbortSignal): Promise<void> {
    if (this.#changes.length > 0 || this.#recalls.size > 0 || ended.aborted) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      timer = setTimeout(resolve, HEARTBEAT_MS)
    })
    clearTimeout(timer)
  }

  /** Everything that was collected, and as of when that is all that there is. */
  take(): { changes: Change[]; recalls: Set<string>; asOf: Date } {
    const taken = { changes: this.#changes, recalls: this.#recalls, asOf: this.#feed.freshAt }
    this.#changes = []
    this.#recalls = new Set()
    return taken
  }

  close(): void {
    for (const forget of this.#forget) forget()
  }
}

/**
 * Yields the changes after a position, first from the database, then as they happen. This process has applied each of
 * them to its own memory before. Ends when the gateway loses its right.
 */
export async function* sync(
  context: GraphContext,
  { connectionId, gatewayId, after }: { connectionId: string; gatewayId: string; after: bigint },
  signal: AbortSignal,
): AsyncGenerator<Message, void> {
  const { runtime } = context
  const feed = runtime.changes
  const ended = AbortSignal.any([signal, feed.closing])
  const inbox = new Inbox(runtime, connectionId, ended)
  try {
    const known = feed.position
    let position = after
    if (position < known) {
      const asOf = feed.freshAt
      for (let news: News | null = null; position < known; ) {
        news = await newsSince(runtime, position, known)
        if (!(await mayGoOn(context, gatewayId, news.changes))) return
        position = news.changes.length > 0 ? news.position : known
        yield messageOf(runtime, { ...news, position, asOf: new Date(Math.min(Number(news.asOf), Number(asOf))) })
      }
    }
    while (!ended.aborted && !inbox.isFull) {
      const { changes: heard, recalls, asOf } = inbox.take()
      const changes = heard.filter((change) => change.position > position)
      if (!(await mayGoOn(context, gatewayId, changes))) return
      position = changes.at(-1)?.position ?? position
      yield messageOf(runtime, { position, changes, asOf }, recalls)
      await inbox.wait(ended)
    }
  } finally {
    inbox.close()
  }
}

/** A gateway that was removed, or whose token was rotated, hears no more. */
async function mayGoOn(context: GraphContext, gatewayId: string, changes: readonly Change[]): Promise<boolean> {
  if (!changes.some(({ kind, subjectId }) => kind === 'GATEWAY_CHANGED' && subjectId === gatewayId)) return true
  const { access } = await context.refresh()
  return access.actor.kind === 'GATEWAY' && access.actor.id === gatewayId && access.can('gateway:sync', INSTANCE)
}
