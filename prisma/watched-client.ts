import { createConnection, Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { Client, type ClientConfig } from 'pg'

/** The longest wait for a new connection over a network, in milliseconds. */
const CONNECT_TIMEOUT = 5_000
/** Idle time before TCP probes a connection, in milliseconds. */
const KEEP_ALIVE_DELAY = 5_000

/** Configuration of a connection. */
export type WatchedConfig = ClientConfig & {
  /** How many times longer than usual to wait for PostgreSQL. */
  patience?: number
  /** Called when a statement fails because there is no space. */
  onFull?: () => void
}

/** The longest wait for PostgreSQL to confirm the end of a connection, in milliseconds. */
const END_TIMEOUT = 1_000
/** The longest wait for PostgreSQL to read the request to cancel a statement, in milliseconds. */
const CANCEL_TIMEOUT = 5_000
/** The code of a cancel request, in the position of the protocol version. */
const CANCEL_REQUEST = 80_877_102

/**
 * The function in which PostgreSQL waits for a synchronous standby. It is the source of the warning that the wait was
 * canceled.
 */
const SYNCHRONOUS_WAIT = 'SyncRepWaitForLSN'
/** Thrown because the outcome of the transaction is unknown. */
const RESOLUTION_UNKNOWN = '08007'

const READS = /^\s*(SELECT|WITH)\b/i
/** Statements that write or lock. They run to their end, so that their effect is certain. */
export const WRITES = /\b(INSERT|UPDATE|DELETE|keyward_take_\w+)\b/

const DISK_FULL = '53100'

const isDeadline = (error: unknown): boolean => error instanceof Error && error.message === 'Query read timeout'

/**
 * A connection that is closed if a response does not arrive in time. A network that drops packets does not reset
 * connections, so a query that exceeds its `query_timeout` destroys the connection. Queries behind it would wait for
 * the same response.
 */
export class WatchedClient extends Client {
  #text = ''
  #key: { processID: number; secretKey: number } | null = null

  constructor({ patience = 1, onFull, ...config }: WatchedConfig = {}) {
    // A Unix socket loses nothing, and the embedded database behind it can be busy for longer.
    const network = !config.host?.startsWith('/') && { connectionTimeoutMillis: CONNECT_TIMEOUT * patience }
    super({ ...config, keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY, ...network })
    this.connection.once('backendKeyData', (key: { processID: number; secretKey: number }) => {
      this.#key = key
    })
    this.connection.on('errorMessage', ({ code }: { code?: string }) => {
      // A read can lack space for its sort or its shared memory although every write succeeds.
      if (code === DISK_FULL && !this.#onlyReads) onFull?.()
    })
    // Only this server has the commit. If a standby takes over, the commit is lost, although PostgreSQL reports
    // success.
    this.on('notice', ({ routine, message }) => {
      if (routine !== SYNCHRONOUS_WAIT) return
      this.connection.emit('errorMessage', Object.assign(new Error(message), { code: RESOLUTION_UNKNOWN }))
      this.destroy()
    })
    // query() has many overloads: pass the arguments on unchanged. The pool destroys connections whose callback fails.
    this.query = new Proxy(this.query, {
      apply: (target, _this, args: [unknown, ...unknown[]]) => {
        this.#text = textOf(args[0])
        const result: unknown = Reflect.apply(target, this, args)
        if (result instanceof Promise) result.catch((error: unknown) => isDeadline(error) && this.destroy())
        return result
      },
    })
    // Until the confirmation, the socket would keep the process running.
    this.end = new Proxy(this.end, {
      apply: (target, _this, args: unknown[]) => {
        const timer = setTimeout(() => this.destroy(), END_TIMEOUT).unref()
        this.connection.once('end', () => clearTimeout(timer))
        return Reflect.apply(target, this, args)
      },
    })
  }

  get #onlyReads(): boolean {
    return READS.test(this.#text) && !WRITES.test(this.#text)
  }

  /** Closes the connection without notifying the server. Waiting queries fail. */
  destroy(): void {
    this.connection.stream.destroy()
    // The socket reports its end later. Until then, the pool would give this connection to the next statement.
    this.connection.emit('end')
  }

  /**
   * Asks PostgreSQL to cancel the running statement, if it only reads. Resolves when the request was handled. Before
   * that, it could hit the next statement of the connection.
   */
  async cancelRead(): Promise<void> {
    const { stream } = this.connection
    if (this.#key === null || !this.#onlyReads) return
    // Over TLS, the cancel key would be sent in clear text. A Unix socket has no address to which it could be sent.
    if (!(stream instanceof Socket) || stream instanceof TLSSocket || !stream.remoteAddress) return
    const { remoteAddress: host, remotePort: port = 0 } = stream
    const request = Buffer.alloc(16)
    request.writeInt32BE(request.length, 0)
    request.writeInt32BE(CANCEL_REQUEST, 4)
    request.writeInt32BE(this.#key.processID, 8)
    request.writeInt32BE(this.#key.secretKey, 12)
    await new Promise<void>((resolve) => {
      // PostgreSQL closes the connection when it has sent the signal.
      const socket = createConnection({ host, port, timeout: CANCEL_TIMEOUT })
      socket.on('timeout', () => socket.destroy())
      socket.on('error', () => undefined)
      socket.once('close', () => resolve())
      socket.resume().end(request)
    })
  }
}

/** The text of a query, in any form that `query` accepts. */
export function textOf(query: unknown): string {
  if (typeof query === 'string') return query
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : ''
}
