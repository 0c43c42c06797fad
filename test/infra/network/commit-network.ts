import { createConnection, createServer, type Socket } from 'node:net'

/** A proxy that can close a connection when a transaction commits. */
export interface CommitNetwork {
  url: string
  /**
   * Closes the connection of the next COMMIT after this text was sent on it: before PostgreSQL gets the COMMIT, or after it
   * answered.
   */
  loseNext(when: 'before' | 'after', text: string): void
  close(): Promise<void>
}

/** Opens a port that forwards to the PostgreSQL of a URL. */
export async function startCommitNetwork(url: string): Promise<CommitNetwork> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let losing: { when: 'before' | 'after'; text: string } | null = null
  const server = createServer((client) => {
    const upstream = createConnection(Number(target.port), target.hostname)
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        sockets.delete(socket)
        end()
      })
    }
    let isMeant = false
    client.on('data', (data) => {
      if (losing !== null && data.includes(losing.text)) isMeant = true
      if (losing?.when === 'before' && isMeant && data.includes('COMMIT')) {
        losing = null
        end()
      } else upstream.write(data)
    })
    upstream.on('data', (data) => {
      // The tag of a completed command. The command itself may have been prepared, and sent by its name.
      if (losing?.when === 'after' && isMeant && data.includes('COMMIT\0')) {
        losing = null
        end()
      } else client.write(data)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The network has no port')
  const own = new URL(url)
  own.host = `127.0.0.1:${address.port}`
  return {
    url: own.href,
    loseNext(when, text) {
      losing = { when, text }
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
