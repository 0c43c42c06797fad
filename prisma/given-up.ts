import type { Pool, PoolClient } from 'pg'
import { DatabaseUnavailableError } from './errors.ts'

type Callback = (error: Error | undefined, client: PoolClient | undefined, done: (release?: unknown) => void) => void

const givenUp = () => new DatabaseUnavailableError('The work was given up before its next statement.')

/** Gives no connection to work whose signal has aborted, neither at once nor after queuing. */
export function connectWhileWanted(pool: Pool, wanted: () => AbortSignal | undefined): void {
  // connect() takes a callback or returns a promise: pass the arguments on unchanged.
  pool.connect = new Proxy(pool.connect, {
    apply(target, _this, [callback]: [Callback?]) {
      const signal = wanted()
      if (signal === undefined) return Reflect.apply(target, pool, callback ? [callback] : [])
      if (!callback) return connect(Reflect.apply(target, pool, []), signal)
      const checked: Callback = (error, client, done) => {
        if (client === undefined || !signal.aborted) return callback(error, client, done)
        done()
        callback(givenUp(), undefined, () => undefined)
      }
      return Reflect.apply(target, pool, [checked])
    },
  })
}

async function connect(connecting: Promise<PoolClient>, signal: AbortSignal): Promise<PoolClient> {
  const client = await connecting
  if (!signal.aborted) return client
  client.release()
  throw givenUp()
}
