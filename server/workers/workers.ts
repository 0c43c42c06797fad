import cluster, { type Worker } from 'node:cluster'
import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { withTimeout } from '@keyward/schema/core/timeout'
import { EXIT_CODES, WorkerFailedError } from '../operator/exit-codes.ts'
import type { Log } from '../telemetry/log.ts'
import type { Snapshot } from '../telemetry/metrics/snapshot.ts'
import { Attempts } from './attempts.ts'
import { Handover } from './handover.ts'
import { FromWorker, type ToWorker } from './messages.ts'
import { NUMBER_VARIABLE } from './number.ts'

/** Delay before a worker is restarted, in milliseconds. It doubles with each consecutive failure. */
const PAUSE = { first: 250, longest: 30_000 }
/** Once a worker has served for this long, its earlier failures no longer count. */
const STEADY_MS = 60_000
/** Maximum wait for a worker's metrics, in milliseconds. The worker waits up to two seconds for the database. */
const PATIENCE_MS = 2_500
/** Maximum wait for the last messages from a process that has ended, in milliseconds. */
const LAST_MESSAGES_MS = 1_000

/** A worker, identified by its number. Each start creates a new process. */
interface Place {
  readonly number: number
  process: Worker | null
  /** Resolves when the process has ended. */
  ended: Promise<void>
  /** When the process started serving. Null until then. */
  servingSince: number | null
  /** The failure that the process reported before it ended. Null if none. */
  failure: WorkerFailedError | null
  failuresInARow: number
  restart: NodeJS.Timeout | undefined
}

/** How a process ended, or why it did not start. */
interface End {
  exitCode?: number
  signal?: string
  error?: Error
}

function tellEnd({ number }: Place, { exitCode, signal, error }: End): string {
  if (error) return `Worker ${number} could not be started: ${error.message}.`
  return `Worker ${number} ended ${signal ? `by ${signal}` : `with the exit code ${exitCode}`} while it started.`
}

interface Options {
  count: number
  log: Log
  /** Called with the id of a worker process that ended unexpectedly, before the worker is restarted. */
  onLost(process: number | null): void
}

/** The worker processes of a server. */
export interface Workers {
  /** Resolves when all workers serve. Rejects if one of them fails to start. */
  readonly serving: Promise<void>
  /** Rejects if no worker serves and a worker fails to restart. */
  readonly gaveUp: Promise<never>
  /** Reads every worker's metrics, by process id. Null for a worker that does not respond in time. */
  metrics(): Promise<Map<number, Snapshot | null>>
  /**
   * Hands a connection to the worker with the fewest unconfirmed connections. While no worker serves, the connection
   * waits for at most a second.
   */
  give(connection: Socket): void
  /** Announces that all workers will stop: `/health/ready` returns 503. */
  leave(): void
  /**
   * Stops all workers after they have served their connections. Returns false if a worker had to be killed after the
   * given number of milliseconds.
   */
  stop(milliseconds: number): Promise<boolean>
}

/** Starts the workers, and restarts each worker that ends. */
export function startWorkers({ count, log, onLost }: Options): Workers {
  const places = Array.from({ length: count }, (_, index): Place => {
    return {
      number: index + 1,
      process: null,
      ended: Promise.resolve(),
      servingSince: null,
      failure: null,
      failuresInARow: 0,
      restart: undefined,
    }
  })
  const attempts = new Attempts()
  const answers = new Map<number, (metrics: Snapshot | null) => void>()
  let lastQuestion = 0
  let isLeaving = false
  let isStopping = false
  const handover = new Handover()
  let fail = (_failure: WorkerFailedError): void => undefined
  let areServing = (): void => undefined
  const gaveUp = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  const serving = Promise.race([
    gaveUp,
    new Promise<void>((resolve) => {
      areServing = resolve
    }),
  ])
  for (const promise of [gaveUp, serving]) promise.catch(() => undefined)
  /** False until all workers serve. Until then, a single worker's failure fails the whole start. */
  let isStarted = false

  async function answer(worker: Worker, { id, question }: Extract<FromWorker, { kind: 'question' }>): Promise<void> {
    send(worker, { kind: 'answer', id, retryAfter: await attempts.answer(worker.id, question) })
  }

  function hear(place: Place, worker: Worker, message: FromWorker): void {
    if (message.kind === 'metrics') answers.get(message.id)?.(message.metrics)
    else if (message.kind === 'question') void answer(worker, message)
    else if (message.kind === 'settle') attempts.settle(worker.id, message)
    else if (message.kind === 'failed') place.failure = new WorkerFailedError(message.exitCode, message.message)
    else if (message.kind === 'taken') handover.taken(worker, message.id)
    else {
      place.servingSince = performance.now()
      if (isLeaving) send(worker, { kind: 'leave' })
      handover.add(worker)
      if (isStarted) log.info('a worker serves again', { worker: place.number })
      else if (places.every(({ servingSince }) => servingSince !== null)) {
        isStarted = true
        areServing()
      }
    }
  }

  function fork(place: Place): void {
    if (isStopping) return
    Object.assign(place, { servingSince: null, failure: null })
    try {
      watch(place, cluster.fork({ [NUMBER_VARIABLE]: String(place.number) }))
    } catch (error) {
      lose(place, { error: error instanceof Error ? error : new Error(String(error)) })
    }
  }

  function watch(place: Place, worker: Worker): void {
    place.process = worker
    place.ended = new Promise((resolve) => {
      let hasEnded = false
      const end = (how: End): void => {
        if (hasEnded) return
        hasEnded = true
        lose(place, how)
        resolve()
      }
      worker.on('message', (given) => {
        const message = FromWorker.safeParse(given)
        if (!message.success) log.warn('a message of a worker was dropped: it is unknown', { worker: place.number })
        else if (!hasEnded) hear(place, worker, message.data)
      })
      // A process that could not be started never exits. Other errors come from sending to a process that has just
      // ended.
      worker.on('error', (error) => {
        if (worker.process.pid === undefined) end({ error })
      })
      worker.once('exit', async (exitCode, signal) => {
        const until = performance.now() + LAST_MESSAGES_MS
        while (worker.isConnected() && performance.now() < until) await nextTurn()
        end({ exitCode, signal })
      })
    })
  }

  function lose(place: Place, how: End): void {
    const { number, servingSince, process: worker } = place
    place.process = null
    place.servingSince = null
    if (worker) {
      handover.remove(worker)
      attempts.end(worker.id)
    }
    if (isStopping) return
    const isLast = places.every((each) => each.servingSince === null)
    if (servingSince === null && (!isStarted || isLast)) {
      isStopping = true
      fail(place.failure ?? new WorkerFailedError(EXIT_CODES.failed, tellEnd(place, how)))
      return
    }
    if (servingSince !== null && performance.now() - servingSince > STEADY_MS) place.failuresInARow = 0
    const inMs = Math.min(PAUSE.longest, PAUSE.first * 2 ** place.failuresInARow)
    place.failuresInARow += 1
    log.warn('a worker ended and is started again', {
      worker: number,
      pid: worker?.process.pid,
      exitCode: how.exitCode,
      signal: how.signal,
      detail: place.failure?.message ?? how.error?.message,
      inMs,
    })
    onLost(worker?.id ?? null)
    place.restart = setTimeout(() => fork(place), inMs)
  }

  const send = (worker: Worker, message: ToWorker): void => {
    if (worker.isConnected()) worker.send(message)
  }

  async function ask(worker: Worker): Promise<Snapshot | null> {
    lastQuestion += 1
    const id = lastQuestion
    const answered = new Promise<Snapshot | null>((resolve) => answers.set(id, resolve))
    send(worker, { kind: 'metrics', id })
    return withTimeout(answered, PATIENCE_MS, () => null).finally(() => answers.delete(id))
  }

  for (const place of places) fork(place)

  return {
    serving,
    gaveUp,
    async metrics() {
      const present = places.flatMap(({ process: worker, servingSince }) =>
        worker === null || servingSince === null ? [] : [worker],
      )
      return new Map(await Promise.all(present.map(async (worker) => [worker.id, await ask(worker)] as const)))
    },
    give: (connection) => handover.give(connection),
    leave() {
      isLeaving = true
      for (const { process: worker } of places) if (worker) send(worker, { kind: 'leave' })
    },
    async stop(milliseconds) {
      const until = performance.now() + milliseconds
      isStopping = true
      for (const place of places) clearTimeout(place.restart)
      await withTimeout(handover.emptied(), milliseconds, () => undefined)
      handover.close()
      for (const { process: worker } of places) if (worker) send(worker, { kind: 'stop' })
      const isDone = await withTimeout(
        Promise.all(places.map(({ ended }) => ended)).then(() => true),
        until - performance.now(),
        () => false,
      )
      for (const { process: worker } of places) worker?.process.kill('SIGKILL')
      return isDone
    },
  }
}
