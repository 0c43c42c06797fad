import cluster, { type Worker } from 'node:cluster'
import type { Socket } from 'node:net'
import { withTimeout } from '@keyward/schema/core/timeout'
import { EXIT_CODES, WorkerFailedError } from '../operator/exit-codes.ts'
import type { Log } from '../telemetry/log.ts'
import type { Snapshot } from '../telemetry/metrics/snapshot.ts'
import { Attempts } from './attempts.ts'
import { FromWorker, type ToWorker } from './messages.ts'
import { NUMBER_VARIABLE } from './number.ts'

/** The pause before a worker is started again doubles with each failure in a row, in milliseconds. */
const PAUSE = { first: 250, longest: 30_000 }
/** The failures of a worker that served for this long are forgotten. */
const STEADY_MS = 60_000
/** Longest wait for the metrics of a worker, in milliseconds. It waits up to two seconds for the database itself. */
const PATIENCE_MS = 2_500

/** A worker by its number. Its process is another one after each start. */
interface Place {
  readonly number: number
  process: Worker | null
  /** Connections that were handed over and have not arrived. */
  pending: number
  /** When the process began to serve. Null until then. */
  servingSince: number | null
  /** The failure that the process reported before it ended. */
  failure: WorkerFailedError | null
  failuresInARow: number
  restart: NodeJS.Timeout | undefined
}

interface Options {
  count: number
  log: Log
  /** Called when a worker ended that should not, before it is started again. */
  onLost(number: number): void
}

/** The worker processes of a server. */
export interface Workers {
  /** Resolves when all of them serve. Rejects if one of them fails to start. */
  readonly serving: Promise<void>
  /** Rejects if no worker serves and the start of another one fails. */
  readonly gaveUp: Promise<never>
  /** Reads the metrics of every worker, by its number. Null if it does not answer in time. */
  metrics(): Promise<Map<number, Snapshot | null>>
  /** Hands a connection over to the worker that keeps up best. It waits while no worker serves. */
  give(connection: Socket): void
  /** Announces that all of them will stop: `/health/ready` turns to 503. */
  leave(): void
  /** Stops all of them after the connections that they were given. False if one had to be killed after so many milliseconds. */
  stop(milliseconds: number): Promise<boolean>
}

/** Starts workers, and starts each again that ends. */
export function startWorkers({ count, log, onLost }: Options): Workers {
  const places = Array.from({ length: count }, (_, index): Place => {
    return {
      number: index + 1,
      process: null,
      pending: 0,
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
  /** Connections that came while no worker served. */
  const waiting: Socket[] = []
  let turn = 0
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
  /** False until all of them serve. Before, the failure of one ends the start. */
  let isStarted = false

  async function answer(place: Place, { id, question }: Extract<FromWorker, { kind: 'question' }>): Promise<void> {
    send(place, { kind: 'answer', id, retryAfter: await attempts.answer(question) })
  }

  function hear(place: Place, message: FromWorker): void {
    if (message.kind === 'metrics') answers.get(message.id)?.(message.metrics)
    else if (message.kind === 'question') void answer(place, message)
    else if (message.kind === 'settle') attempts.settle(message)
    else if (message.kind === 'failed') place.failure = new WorkerFailedError(message.exitCode, message.message)
    else if (message.kind === 'taken') place.pending -= 1
    else {
      place.servingSince = performance.now()
      if (isLeaving) send(place, { kind: 'leave' })
      for (const connection of waiting.splice(0)) give(connection)
      if (isStarted) log.info('a worker serves again', { worker: place.number })
      else if (places.every(({ servingSince }) => servingSince !== null)) {
        isStarted = true
        areServing()
      }
    }
  }

  function fork(place: Place): void {
    const worker = cluster.fork({ [NUMBER_VARIABLE]: String(place.number) })
    Object.assign(place, { process: worker, pending: 0, servingSince: null, failure: null })
    worker.on('message', (given) => hear(place, FromWorker.parse(given)))
    // A message to a process that just ended. Its end is handled below.
    worker.on('error', () => undefined)
    worker.once('exit', (exitCode, signal) => lose(place, exitCode, signal))
  }

  function lose(place: Place, exitCode: number | null, signal: string | null): void {
    const { number, servingSince, process: worker } = place
    place.process = null
    place.servingSince = null
    if (isStopping) return
    const ended = signal === null ? `with the exit code ${exitCode}` : `by ${signal}`
    const failure =
      place.failure ?? new WorkerFailedError(EXIT_CODES.failed, `Worker ${number} ended ${ended} while it started.`)
    const isLast = places.every((each) => each.servingSince === null)
    if (servingSince === null && (!isStarted || isLast)) {
      isStopping = true
      fail(failure)
      return
    }
    if (servingSince !== null && performance.now() - servingSince > STEADY_MS) place.failuresInARow = 0
    const inMs = Math.min(PAUSE.longest, PAUSE.first * 2 ** place.failuresInARow)
    place.failuresInARow += 1
    const detail = place.failure?.message
    log.warn('a worker ended and is started again', {
      worker: number,
      pid: worker?.process.pid,
      exitCode,
      signal,
      detail,
      inMs,
    })
    onLost(number)
    place.restart = setTimeout(() => fork(place), inMs)
  }

  const send = (place: Place, message: ToWorker): void => {
    if (place.process?.isConnected()) place.process.send(message)
  }

  function give(connection: Socket): void {
    const ready = places.filter((place) => place.servingSince !== null && place.process?.isConnected())
    turn += 1
    // In turn, unless a worker is behind.
    const [first] = ready
      .map((_, index) => ready[(turn + index) % ready.length])
      .filter((place) => place !== undefined)
      .sort((a, b) => a.pending - b.pending)
    if (first?.process) {
      first.pending += 1
      first.process.send({ kind: 'connection' } satisfies ToWorker, connection)
    } else waiting.push(connection)
  }

  async function ask(place: Place): Promise<Snapshot | null> {
    lastQuestion += 1
    const id = lastQuestion
    const answered = new Promise<Snapshot | null>((resolve) => answers.set(id, resolve))
    send(place, { kind: 'metrics', id })
    return withTimeout(answered, PATIENCE_MS, () => null).finally(() => answers.delete(id))
  }

  for (const place of places) fork(place)

  return {
    serving,
    gaveUp,
    async metrics() {
      const present = places.filter(({ servingSince }) => servingSince !== null)
      return new Map(await Promise.all(present.map(async (place) => [place.number, await ask(place)] as const)))
    },
    give,
    leave() {
      isLeaving = true
      for (const place of places) send(place, { kind: 'leave' })
    },
    async stop(milliseconds) {
      isStopping = true
      for (const connection of waiting.splice(0)) connection.destroy()
      const ends = places.map((place) => {
        clearTimeout(place.restart)
        const { process: worker } = place
        if (worker === null) return undefined
        const ended = new Promise((resolve) => worker.once('exit', resolve))
        send(place, { kind: 'stop' })
        return ended
      })
      const isDone = await withTimeout(
        Promise.all(ends).then(() => true),
        milliseconds,
        () => false,
      )
      for (const { process: worker } of places) worker?.process.kill('SIGKILL')
      return isDone
    },
  }
}
