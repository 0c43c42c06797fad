import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'

/** Says where this process serves, and answers what CPU time it has spent, until its parent lets it go. */
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

/** Serves on a free port of this machine. */
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
