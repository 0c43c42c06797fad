import type { Worker } from 'node:cluster'
import type { Socket } from 'node:net'
import type { ToWorker } from './messages.ts'

/**
 * Maximum number of unconfirmed connections per worker, so that other messages to the worker do not queue behind many
 * connections.
 */
const MOST_HANDED = 2
/** How long, in milliseconds, a connection waits while no worker serves, and how many can wait. */
const UNSERVED = { milliseconds: 1_000, most: 1_000 }

/** Hands accepted connections to serving workers. The other connections wait here, so that any worker can take them. */
export class Handover {
  readonly #waiting = new Set<Socket>()
  /** The serving workers, each with its unconfirmed connections. */
  readonly #handed = new Map<Worker, Map<number, Socket>>()
  #lastId = 0
  #turn = 0
  #isClosed = false
  #emptied = (): void => undefined

  /** Called when a worker starts serving. */
  add(worker: Worker): void {
    this.#handed.set(worker, new Map())
    this.#handOver()
  }

  /** Called when a worker has ended. Its unconfirmed connections are handed to another worker. */
  remove(worker: Worker): void {
    const handed = this.#handed.get(worker)
    this.#handed.delete(worker)
    if (this.#handed.size === 0) this.#closeLater([...this.#waiting])
    for (const connection of handed?.values() ?? []) this.give(connection)
  }

  give(connection: Socket): void {
    const isUnserved = this.#handed.size === 0
    if (this.#isClosed || (isUnserved && this.#waiting.size >= UNSERVED.most)) {
      connection.destroy()
      return
    }
    this.#waiting.add(connection)
    if (isUnserved) this.#closeLater([connection])
    else this.#handOver()
  }

  /**
   * Called when a worker confirms a connection: the worker either has its own copy or could not receive the connection.
   */
  taken(worker: Worker, id: number): void {
    const handed = this.#handed.get(worker)
    // Closes this process's copy. The worker's copy stays open.
    handed?.get(id)?.destroy()
    handed?.delete(id)
    this.#handOver()
  }

  /** Resolves when no connections are waiting. */
  emptied(): Promise<void> {
    return new Promise((resolve) => {
      this.#emptied = resolve
      if (this.#waiting.size === 0) resolve()
    })
  }

  /** Closes waiting connections and all later ones. */
  close(): void {
    this.#isClosed = true
    this.#closeAll([...this.#waiting])
  }

  #handOver(): void {
    for (const connection of this.#waiting) {
      const [worker, handed] = this.#next() ?? []
      if (worker === undefined || handed === undefined) return
      this.#waiting.delete(connection)
      this.#lastId += 1
      handed.set(this.#lastId, connection)
      // Without keepOpen, Node.js would never close the connections that it queued for a worker that has ended.
      worker.send({ kind: 'connection' } satisfies ToWorker, connection, { keepOpen: true })
      // This message arrives even if the connection does not, for example because the worker has no free file
      // descriptors.
      worker.send({ kind: 'sent', id: this.#lastId } satisfies ToWorker)
    }
    this.#emptied()
  }

  /** The worker with the fewest unconfirmed connections. Workers with equal counts take turns. */
  #next(): [Worker, Map<number, Socket>] | undefined {
    const ready = [...this.#handed].filter(([worker, { size }]) => size < MOST_HANDED && worker.isConnected())
    this.#turn += 1
    const inTurn = ready.flatMap((_, index) => ready.slice((this.#turn + index) % ready.length).slice(0, 1))
    return inTurn.sort(([, a], [, b]) => a.size - b.size)[0]
  }

  /** Closes connections that are still waiting for a worker after the maximum time. */
  #closeLater(connections: readonly Socket[]): void {
    if (connections.length === 0) return
    setTimeout(() => {
      if (this.#handed.size === 0) this.#closeAll(connections)
    }, UNSERVED.milliseconds)
  }

  #closeAll(connections: readonly Socket[]): void {
    for (const connection of connections) if (this.#waiting.delete(connection)) connection.destroy()
    if (this.#waiting.size === 0) this.#emptied()
  }
}
