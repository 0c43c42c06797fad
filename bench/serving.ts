import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'

/** Reports this process's address and, on request, its CPU time, until the parent ends the process. */
export function announce(url: string, stop: () => Promise<void> = async () => {}): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ cpuMicros: user + system })
  })
  process.once('disconnect', () => {
    stop().finally(() => process.exit(0))
  })
  process.send?.({ url })
}

/** Listens on a free local port. */
export function listenOn(listener: RequestListener): Promise<string> {
  const server = createServer({ keepAliveTimeout: 65_000 }, listener)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('Not listening')
      resolve(`http://127.0.0.1:${address.port}`)
    })
  })
}
