import { chmod, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PGlite } from '@electric-sql/pglite'

// Serves one PGlite backend to several connections of the ordinary pg driver.
//
// It replaces @electric-sql/pglite-socket, which passes single protocol messages to the backend. While one connection
// holds a transaction open, messages of the others then interleave on the one unnamed statement, and queries return the
// rows of other queries. Here the unit is everything up to Sync, and each connection has its own names of statements.
//
// All connections share PostgreSQL's session state: SET without LOCAL, LISTEN, session advisory locks and temporary
// tables. Only LISTEN is separated here.

const SSL_REQUEST = 80877103
const GSS_REQUEST = 80877104
const CANCEL_REQUEST = 80877102

const code = (letter: string) => letter.charCodeAt(0)
const QUERY = code('Q')
const PARSE = code('P')
const BIND = code('B')
const DESCRIBE = code('D')
const CLOSE = code('C')
const SYNC = code('S')
const FLUSH = code('H')
const TERMINATE = code('X')
const READY_FOR_QUERY = code('Z')
const NOTIFICATION = code('A')

/** Maximum number of bytes of a statement that are inspected. */
const LOOKED_AT = 1000
const LISTEN = /^(?:[^\0]*\0)?\s*LISTEN\s/i
/** The backend, and with it the process, would wait forever for data that cannot arrive in the meantime. */
const COPY_IN = /\bCOPY\b.+\bFROM\s+STDIN\b/is

/** Builds one frontend message. */
function message(type: string, ...parts: (string | Buffer)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
  const head = Buffer.alloc(5)
  head.write(type, 0, 'latin1')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

/** Everything that a connection sent up to a Sync, or a simple query. It runs uninterrupted. */
interface Batch {
  connection: Connection
  bytes: Buffer
  /** False for a Flush: the connection keeps the backend until its Sync. */
  complete: boolean
}

class Connection {
  readonly socket: Socket
  readonly #prefix: string
  readonly #onBatch: (batch: Batch) => void
  readonly #statements = new Set<string>()
  #received: Buffer = Buffer.alloc(0)
  #started = false
  #messages: Buffer[] = []
  /** True once the connection has sent LISTEN, and so receives notifications. */
  listening = false

  constructor(socket: Socket, id: number, onBatch: (batch: Batch) => void) {
    this.socket = socket
    this.#prefix = `c${id}.`
    this.#onBatch = onBatch
  }

  receive(data: Buffer): void {
    this.#received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data])
    for (;;) {
      const lengthAt = this.#started ? 1 : 0
      if (this.#received.length < lengthAt + 4) return
      const end = lengthAt + this.#received.readInt32BE(lengthAt)
      if (this.#received.length < end) return
      const bytes = this.#received.subarray(0, end)
      this.#received = this.#received.subarray(end)
      if (this.#started) this.#message(bytes)
      else this.#startup(bytes)
    }
  }

  /** Messages that clean up what this connection left in the backend. Null if there is nothing. */
  farewell(inTransaction: boolean): Buffer | null {
    const closes = [...this.#statements].map((name) => message('C', 'S', name, '\0'))
    if (closes.length > 0) closes.push(message('S'))
    if (inTransaction) closes.unshift(message('Q', 'ROLLBACK\0'))
    return closes.length > 0 ? Buffer.concat(closes) : null
  }

  #startup(bytes: Buffer): void {
    const request = bytes.readInt32BE(4)
    if (request === SSL_REQUEST || request === GSS_REQUEST) this.socket.write('N')
    else if (request === CANCEL_REQUEST) this.socket.destroy()
    else {
      this.#started = true
      this.#onBatch({ connection: this, bytes, complete: true })
    }
  }

  #message(bytes: Buffer): void {
    const type = bytes[0]
    if (type === TERMINATE) {
      this.socket.end()
      return
    }
    this.#messages.push(this.#withOwnNames(bytes))
    if (type === QUERY || type === PARSE) {
      const text = bytes.toString('latin1', 5, 5 + LOOKED_AT)
      if (COPY_IN.test(text)) {
        this.socket.destroy()
        return
      }
      this.listening ||= LISTEN.test(text)
    }
    if (type === SYNC || type === QUERY || type === FLUSH) {
      const batch = Buffer.concat(this.#messages)
      this.#messages = []
      this.#onBatch({ connection: this, bytes: batch, complete: type !== FLUSH })
    }
  }

  /** Prefixes names of prepared statements with the connection, because all connections share one backend. */
  #withOwnNames(bytes: Buffer): Buffer {
    switch (bytes[0]) {
      case PARSE: {
        const name = this.#own(bytes, 5)
        if (name === null) return bytes
        this.#statements.add(name.own)
        return message('P', name.own, bytes.subarray(name.end))
      }
      case BIND: {
        const portalEnd = bytes.indexOf(0, 5) + 1
        const name = this.#own(bytes, portalEnd)
        return name === null ? bytes : message('B', bytes.subarray(5, portalEnd), name.own, bytes.subarray(name.end))
      }
      case DESCRIBE:
      case CLOSE: {
        const type = bytes[0] === CLOSE ? 'C' : 'D'
        const name = bytes[5] === code('S') ? this.#own(bytes, 6) : null
        if (name === null) return bytes
        if (type === 'C') this.#statements.delete(name.own)
        return message(type, 'S', name.own, bytes.subarray(name.end))
      }
      default:
        return bytes
    }
  }

  #own(bytes: Buffer, from: number): { own: string; end: number } | null {
    const end = bytes.indexOf(0, from)
    return end === from ? null : { own: this.#prefix + bytes.toString('utf8', from, end), end }
  }
}

/** A PostgreSQL server on a Unix socket over one PGlite backend. Transactions run one at a time. */
export class WireServer {
  readonly #backend: PGlite
  readonly #connections = new Set<Connection>()
  readonly #server: Server
  #queue: Batch[] = []
  /** The connection with an open transaction. Only its batches run. */
  #owner: Connection | null = null
  #running = false
  #dead = false
  #lastId = 0

  constructor(backend: PGlite) {
    this.#backend = backend
    this.#server = createServer((socket) => this.#accept(socket))
  }

  /** Listens on a path that only the user of the process can open. */
  async listen(path: string): Promise<void> {
    // The socket file of a killed process would block the path.
    await rm(path, { force: true })
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(path, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    await chmod(path, 0o600)
  }

  /** Closes all connections and stops listening. The backend stays open. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const { socket } of this.#connections) socket.destroy()
    await closed
    while (this.#running) await nextTurn()
  }

  #accept(socket: Socket): void {
    const connection = new Connection(socket, ++this.#lastId, (batch) => this.#enqueue(batch))
    this.#connections.add(connection)
    socket.on('data', (data) => connection.receive(data))
    // Every failure of a socket ends with 'close'.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#drop(connection))
  }

  #drop(connection: Connection): void {
    this.#connections.delete(connection)
    this.#queue = this.#queue.filter((batch) => batch.connection !== connection)
    const bytes = connection.farewell(this.#owner === connection)
    if (bytes !== null) this.#enqueue({ connection, bytes, complete: true })
  }

  #enqueue(batch: Batch): void {
    if (this.#dead) return
    this.#queue.push(batch)
    if (!this.#running) void this.#run()
  }

  async #run(): Promise<void> {
    this.#running = true
    for (;;) {
      const index = this.#owner === null ? 0 : this.#queue.findIndex((batch) => batch.connection === this.#owner)
      const [batch] = index === -1 ? [] : this.#queue.splice(index, 1)
      if (batch === undefined) break
      await this.#execute(batch)
      // The backend blocks this thread, so other work gets a chance to run between two batches.
      if (this.#queue.length > 0) await nextTurn()
    }
    this.#running = false
  }

  async #execute({ connection, bytes, complete }: Batch): Promise<void> {
    const chunks: Buffer[] = []
    try {
      await this.#backend.execProtocolRawStream(bytes, {
        syncToFs: false,
        // The chunk is a view of the backend's memory, valid only during this call.
        onRawData: (chunk) => chunks.push(Buffer.from(chunk)),
      })
    } catch {
      this.#broken()
      return
    }
    const answer = Buffer.concat(chunks)
    if (complete && answer[answer.length - 6] !== READY_FOR_QUERY) {
      this.#broken()
      return
    }
    this.#owner = !complete || this.#backend.isInTransaction() ? connection : null
    this.#deliver(connection, answer)
  }

  /** Closes every connection after the backend died, so that no client waits for an answer. */
  #broken(): void {
    this.#dead = true
    this.#owner = null
    this.#queue = []
    this.#server.close()
    for (const { socket } of this.#connections) socket.destroy()
  }

  /** Sends the notifications in a response to every listening connection, and the rest to the requester. */
  #deliver(connection: Connection, answer: Buffer): void {
    const own: Buffer[] = []
    let from = 0
    for (let at = 0; at < answer.length; ) {
      const end = at + 1 + answer.readInt32BE(at + 1)
      if (answer[at] === NOTIFICATION) {
        own.push(answer.subarray(from, at))
        from = end
        const notification = answer.subarray(at, end)
        for (const each of this.#connections) if (each.listening) each.socket.write(notification)
      }
      at = end
    }
    own.push(answer.subarray(from))
    if (connection.socket.writable) connection.socket.write(own.length === 1 ? answer : Buffer.concat(own))
  }
}
