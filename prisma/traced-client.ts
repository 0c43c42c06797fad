import { AsyncResource } from 'node:async_hooks'
import type { ClientConfig, Pool } from 'pg'
import type { Tracing } from './tracing.ts'
import { textOf, type WatchedClient } from './watched-client.ts'

type Callback = (error: unknown, ...results: unknown[]) => void

const isCallback = (value: unknown): value is Callback => typeof value === 'function'

/** A client class that records each statement as a span. */
export function tracedClient(Client: typeof WatchedClient, tracing: Tracing): typeof WatchedClient {
  return class extends Client {
    constructor(config?: ClientConfig) {
      super(config)
      // query() has many overloads: pass the arguments on unchanged, except for the callback.
      this.query = new Proxy(this.query, {
        apply: (target, _this, args: [unknown, ...unknown[]]) => {
          const end = tracing.startStatement(textOf(args[0]))
          if (end === null) return Reflect.apply(target, this, args)
          const last = args.at(-1)
          if (isCallback(last)) {
            args[args.length - 1] = (error: unknown, ...results: unknown[]) => {
              end(error)
              last(error, ...results)
            }
          }
          const result: unknown = Reflect.apply(target, this, args)
          if (result instanceof Promise) result.then(() => end(), end)
          return result
        },
      })
    }
  }
}

/**
 * Binds a callback to the present context. `AsyncResource.bind` also defines a deprecated property on each function, which
 * took 2% of a traced request in Node.js 20.
 */
function bindToWork(callback: Callback): Callback {
  const resource = new AsyncResource('KEYWARD_CONNECT')
  return (error, ...results) => resource.runInAsyncScope(callback, undefined, error, ...results)
}

/**
 * Keeps the active span of work that queues for a connection. Otherwise the pool would call back in the context of
 * other work.
 */
export function connectWithinWork(pool: Pool): void {
  // connect() takes a callback or returns a promise. A promise keeps the context of the work by itself.
  pool.connect = new Proxy(pool.connect, {
    apply: (target, _this, [callback]: [Callback?]) =>
      Reflect.apply(target, pool, callback ? [bindToWork(callback)] : []),
  })
}
