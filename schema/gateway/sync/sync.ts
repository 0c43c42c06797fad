import { latest } from '../../core/host.ts'
import { INSTANCE } from '../../core/policy.ts'
import type { GraphContext } from '../../graphql/context.ts'
import type { Runtime } from '../../runtime.ts'
import type { ChangeFeed } from '../../write/outbox/feed.ts'
import type { Point } from '../../write/outbox/history-sql.ts'
import type { Change } from '../../write/outbox/kinds.ts'

/** A message is sent at least this often, so that a gateway knows how fresh its cache is. */
const HEARTBEAT_MS = 1_000
/** A reader that is further behind must start with empty caches. */
const MAX_WAITING = 20_000
const MAX_BATCHES = 20

/** Changes that keep a gateway’s memory current. */
export interface Message {
  /** The newest change in this message or an earlier one. */
  point: Point
  /** UUIDs of the changed subjects: everything cached about them is outdated. */
  subjects: string[]
  /**
   * UUIDs of the subjects for whose limits other holders are waiting. The gateway must return its unused leases of
   * them.
   */
  recalls: string[]
  /** The time up to which all committed changes are in this message or an earlier one. */
  asOf: Date
  now: Date
}

interface News {
  point: Point
  changes: Change[]
  asOf: Date
}

const messageOf = (runtime: Runtime, { point, changes, asOf }: News, recalls: Iterable<string> = []): Message => ({
  point,
  subjects: [...new Set(changes.map(({ subjectId }) => subjectId))],
  recalls: [...recalls],
  asOf,
  // Gateways set their clocks back to this time, so it must not be behind after a suspension of this server.
  now: new Date(latest(runtime.database.clock)),
})

const lastOf = (changes: readonly Change[], before: Point): Point => {
  const last = changes.at(-1)
  return last ? { history: last.history, position: last.position, at: last.at.getTime() } : before
}

/**
 * Continues reading from a point in the database. Null if the database does not continue from that point. If there are
 * too many changes for one message, `asOf` is the time of the last one in it.
 */
async function newsSince(runtime: Runtime, after: Point, upTo?: bigint): Promise<News | null> {
  const asked = runtime.database.clock.now()
  const news: Change[] = []
  let point = after
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const { problem, changes, isAll } = await runtime.changes.after(point, upTo)
    if (problem !== null) return null
    news.push(...changes)
    point = lastOf(changes, point)
    if (isAll) return { point, changes: news, asOf: asked }
  }
  return { point, changes: news, asOf: news.at(-1)?.at ?? asked }
}

/** Reads the changes after a point, once. Null if the database does not continue from that point. */
export async function messageSince(runtime: Runtime, after: Point): Promise<Message | null> {
  const news = await newsSince(runtime, after)
  return news && messageOf(runtime, news)
}

/** Collects the next message of a stream. */
class Inbox {
  readonly #feed: ChangeFeed
  #changes: Change[] = []
  #recalls = new Set<string>()
  #wake: () => void = () => {}
  readonly #forget: (() => void)[]

  #isOver = false

  constructor({ changes, leases }: Runtime, connectionId: string, ended: AbortSignal) {
    this.#feed = changes
    const wake = () => this.#wake()
    ended.addEventListener('abort', wake)
    this.#forget = [
      () => ended.removeEventListener('abort', wake),
      changes.subscribe({
        onChange: (change) => {
          if (this.#changes.length <= MAX_WAITING) this.#changes.push(change)
          wake()
        },
        onReset: () => {
          this.#isOver = true
          wake()
        },
      }),
      leases.onRecall((holderId, scopeId) => {
        if (holderId === connectionId) return
        this.#recalls.add(scopeId)
        wake()
      }),
    ]
  }

  /** Whether the stream must restart: changes were skipped, or they belong to another history. */
  get isOver(): boolean {
    return this.#isOver || this.#changes.length > MAX_WAITING
  }

  /** Resolves at the next change or recall, after the heartbeat interval, or when the stream has ended. */
  async wait(ended: AbortSignal): Promise<void> {
    if (this.#changes.length > 0 || this.#recalls.size > 0 || this.#isOver || ended.aborted) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      timer = setTimeout(resolve, HEARTBEAT_MS)
    })
    clearTimeout(timer)
  }

  /** Returns and clears everything collected, with the time up to which it is complete. */
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
 * Yields the changes after a point: first stored changes from the database, then new ones. This process has already
 * applied each of them to its own memory. Ends when the gateway loses its right, or when the point's history ends.
 */
export async function* sync(
  context: GraphContext,
  { connectionId, gatewayId, after }: { connectionId: string; gatewayId: string; after: Point },
  signal: AbortSignal,
): AsyncGenerator<Message, void> {
  const { runtime } = context
  const feed = runtime.changes
  const ended = AbortSignal.any([signal, feed.closing])
  const inbox = new Inbox(runtime, connectionId, ended)
  try {
    const known = feed.point
    // The feed of this process has not yet read the gateway's history.
    if (known.history !== after.history) return
    let point = after
    const since = feed.freshAt
    while (point.position < known.position) {
      const news = await newsSince(runtime, point, known.position)
      if (!news || !(await mayGoOn(context, gatewayId, news.changes))) return
      point = news.changes.length > 0 ? news.point : known
      yield messageOf(runtime, { ...news, point, asOf: new Date(Math.min(Number(news.asOf), Number(since))) })
    }
    while (!ended.aborted && !inbox.isOver) {
      const { changes: heard, recalls, asOf } = inbox.take()
      const changes = heard.filter(({ position }) => position > point.position)
      if (!(await mayGoOn(context, gatewayId, changes)) || inbox.isOver) return
      point = lastOf(changes, point)
      yield messageOf(runtime, { point, changes, asOf }, recalls)
      await inbox.wait(ended)
    }
  } finally {
    inbox.close()
  }
}

/** A gateway receives no changes after its removal or a rotation of its token. */
async function mayGoOn(context: GraphContext, gatewayId: string, changes: readonly Change[]): Promise<boolean> {
  if (!changes.some(({ kind, subjectId }) => kind === 'GATEWAY_CHANGED' && subjectId === gatewayId)) return true
  const { access } = await context.refresh()
  return access.actor.kind === 'GATEWAY' && access.actor.id === gatewayId && access.can('gateway:sync', INSTANCE)
}
