import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'

/** An address whose new connections can stay without any answer, as behind a firewall that drops packets. */
export interface UnansweredAddress {
  /** The URL of the PostgreSQL behind the address. */
  url: string
  /** From now on, nothing answers a new connection. Present connections stay open and are silent. */
  ignore(): Promise<void>
  /** Answers and forwards again. */
  answer(): void
  /** Whether a new connection opens within a number of milliseconds. */
  opens(milliseconds: number): Promise<boolean>
  close(): Promise<void>
}

const BACKLOG = 16

/** A proxy in a process of its own, because the kernel accepts connections for a process that is stopped. */
const PROXY = `
  const { createServer, createConnection } = require('node:net')
  const [host, port, backlog] = process.argv.slice(1)
  const server = createServer((client) => {
    const upstream = createConnection(Number(port), host)
    for (const [from, to] of [[client, upstream], [upstream, client]]) {
      from.on('error', () => undefined).once('close', () => to.destroy())
      from.pipe(to)
    }
  })
  server.listen({ port: 0, host: '127.0.0.1', backlog: Number(backlog) }, () => console.log(server.address().port))`

/**
 * Opens a port that forwards to the PostgreSQL of a URL. While the proxy is stopped and its queue of new connections is
 * full, Linux drops the first packet (SYN) of every other connection.
 */
export async function startUnansweredAddress(url: string): Promise<UnansweredAddress> {
  const target = new URL(url)
  const operands = ['-e', PROXY, target.hostname, target.port, String(BACKLOG)]
  const proxy = spawn(process.execPath, operands, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(proxy, 'close')
  const port = Number(String((await once(proxy.stdout, 'data'))[0]))
  const own = new URL(url)
  own.host = `127.0.0.1:${port}`
  const fillers: Socket[] = []
  const open = () => createConnection(port, '127.0.0.1').on('error', () => undefined)
  const opens = (milliseconds: number) =>
    new Promise<boolean>((resolve) => {
      const socket = open()
      const end = (isOpen: boolean) => {
        clearTimeout(timer)
        socket.destroy()
        resolve(isOpen)
      }
      const timer = setTimeout(() => end(false), milliseconds)
      socket.once('connect', () => end(true))
    })
  return {
    url: own.href,
    opens,
    async ignore() {
      proxy.kill('SIGSTOP')
      // Each attempt that succeeds fills the queue further.
      while (await opens(1_000)) for (let index = 0; index < BACKLOG; index += 1) fillers.push(open())
    },
    answer() {
      for (const filler of fillers.splice(0)) filler.destroy()
      proxy.kill('SIGCONT')
    },
    async close() {
      for (const filler of fillers.splice(0)) filler.destroy()
      proxy.kill('SIGKILL')
      await ended
    },
  }
}
