import { setMaxListeners } from 'node:events'
import type { Pool, PoolClient } from 'pg'
import { DatabaseUnavailableError } from './errors.ts'
import { WatchedClient } from './watched-client.ts'

type Done = (release?: unknown) => void
type Callback = (error: Error | undefined, client: PoolClient | undefined, done: Done) => void

const givenUp = () => new DatabaseUnavailableError('The work was cancelled before its next statement.')

/**
 * Gives no connection to work whose signal has aborted, neither at once nor after queuing. Cancels the statement that
 * such work runs outside of a transaction. A transaction runs to its end.
 */
export function connectWhileWanted(pool: Pool, wanted: () => AbortSignal | undefined): void {
  // connect() takes a callback or returns a promise: pass the arguments on unchanged.
  pool.connect = new Proxy(pool.connect, {
    apply(target, _this, [callback]: [Callback?]) {
      const signal = wanted()
      if (signal === undefined) return Reflect.apply(target, pool, callback ? [callback] : [])
      if (!callback) return connect(Reflect.apply(target, pool, []), signal)
      const checked: Callback = (error, client, done) => {
        if (client === undefined) return callback(error, client, done)
        if (!signal.aborted) {
          cancelOnAbort(client, signal)
          return callback(error, client, (release) =>
            client.release(release === true || release instanceof Error ? release : undefined),
          )
        }
        done()
        callback(givenUp(), undefined, () => undefined)
      }
      return Reflect.apply(target, pool, [checked])
    },
  })
}

const ignore = () => undefined

/**
 * Cancels the statement that the connection is used for. The connection is released only when nothing can cancel the
 * next statement on it.
 */
function cancelOnAbort(client: PoolClient, signal: AbortSignal): void {
  if (!(client instanceof WatchedClient)) return
  let cancelled: Promise<void> | null = null
  const cancel = () => {
    cancelled = client.cancelRead()
  }
  // One listener for each running statement: more than Node.js expects, but never more than the pool has connections.
  setMaxListeners(0, signal)
  signal.addEventListener('abort', cancel, { once: true })
  // The pool sets `release` again each time, and pool.query() ends with a call of it.
  const { release } = client
  client.release = (error) => {
    signal.removeEventListener('abort', cancel)
    client.release = release
    if (cancelled === null) return release(error)
    // Nothing else listens while the connection is neither in use nor idle.
    client.on('error', ignore)
    void cancelled.finally(() => {
      client.off('error', ignore)
      release(error)
    })
  }
}

async function connect(connecting: Promise<PoolClient>, signal: AbortSignal): Promise<PoolClient> {
  const client = await connecting
  if (!signal.aborted) return client
  client.release()
  throw givenUp()
}
