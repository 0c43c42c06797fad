import { Client, type ClientConfig } from 'pg'

/** The longest wait for a new connection over a network, in milliseconds. */
const CONNECT_TIMEOUT = 5_000
/** Idle time before TCP probes a connection, in milliseconds. */
const KEEP_ALIVE_DELAY = 5_000

/** Configuration of a connection, and how many times longer than usual to wait for PostgreSQL. */
export type WatchedConfig = ClientConfig & { patience?: number }

const isDeadline = (error: unknown): boolean => error instanceof Error && error.message === 'Query read timeout'

/**
 * A connection that is closed when an answer does not come in time. A network that drops packets resets nothing, so a
 * query past its `query_timeout` destroys the connection: queries behind it would wait for the same answer.
 */
export class WatchedClient extends Client {
  constructor({ patience = 1, ...config }: WatchedConfig = {}) {
    // Nothing gets lost in a Unix socket, and the embedded database behind one can be busy for longer.
    const network = !config.host?.startsWith('/') && { connectionTimeoutMillis: CONNECT_TIMEOUT * patience }
    super({ ...config, keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY, ...network })
    // query() has many overloads: pass the arguments on unchanged. The pool destroys connections whose callback fails.
    this.query = new Proxy(this.query, {
      apply: (target, _this, args: [unknown, ...unknown[]]) => {
        const result: unknown = Reflect.apply(target, this, args)
        if (result instanceof Promise) result.catch((error: unknown) => isDeadline(error) && this.destroy())
        return result
      },
    })
  }

  /** Closes the connection without a word to the server. Waiting queries fail. */
  destroy(): void {
    this.connection.stream.destroy()
  }
}
