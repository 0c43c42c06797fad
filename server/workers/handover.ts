import type { Worker } from 'node:cluster'
import type { Socket } from 'node:net'
import type { ToWorker } from './messages.ts'

/**
 * Maximum number of unconfirmed connections to one worker, so that orders and answers to the worker do not queue behind
 * more.
 */
const MOST_HANDED = 2
/** How long a connection waits while no worker serves, in milliseconds, and how many may wait. */
const UNSERVED = { milliseconds: 1_000, most: 1_000 }

/**
 * Hands accepted connections over to the workers that serve. Other connections wait here, so that any worker can take
 * them.
 */
export class Handover {
  readonly #waiting = new Set<Socket>()
  /** The workers that serve, each with its unconfirmed connections. */
  readonly #handed = new Map<Worker, Map<number, Socket>>()
  #lastId = 0
  #turn = 0
  #isClosed = false
  #emptied = (): void => undefined

  /** Called when a worker begins to serve. */
  add(worker: Worker): void {
    this.#handed.set(worker, new Map())
    this.#handOver()
  }

  /** Called when a worker ended. Its unconfirmed connections go to another worker. */
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

  /** Called when a worker confirms a connection. The worker has its own copy, or the system could not give it one. */
  taken(worker: Worker, id: number): void {
    const handed = this.#handed.get(worker)
    // Closes this process's copy. The connection stays open in the worker.
    handed?.get(id)?.destroy()
    handed?.delete(id)
    this.#handOver()
  }

  /** Resolves when no connection waits. */
  emptied(): Promise<void> {
    return new Promise((resolve) => {
      this.#emptied = resolve
      if (this.#waiting.size === 0) resolve()
    })
  }

  /** Closes waiting connections, and every later connection. */
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
      // Without keepOpen, Node.js would never close connections that it queued for a worker that ended.
      worker.send({ kind: 'connection' } satisfies ToWorker, connection, { keepOpen: true })
      // This message arrives even if the connection cannot, for example in a worker without free file descriptors.
      worker.send({ kind: 'sent', id: this.#lastId } satisfies ToWorker)
    }
    this.#emptied()
  }

  /** The worker with the fewest unconfirmed connections. Among equals, workers take turns. */
  #next(): [Worker, Map<number, Socket>] | undefined {
    const ready = [...this.#handed].filter(([worker, { size }]) => size < MOST_HANDED && worker.isConnected())
    this.#turn += 1
    const inTurn = ready.flatMap((_, index) => ready.slice((this.#turn + index) % ready.length).slice(0, 1))
    return inTurn.sort(([, a], [, b]) => a.size - b.size)[0]
  }

  /** After a moment, closes connections that still wait for a first worker to serve. */
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
