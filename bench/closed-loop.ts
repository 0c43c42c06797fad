import type { Socket } from 'node:net'
import { type Check, open, readAnswers } from './connection.ts'

interface Loop {
  url: string
  connections: number
  /** Returns the next request as raw text. Null at the end. */
  next: () => string | null
  check?: Check | undefined
  /** When the loop ends, by the process's clock. */
  until: number
}

function converse(socket: Socket, { next, check, until }: Loop): Promise<number> {
  return new Promise((resolve, reject) => {
    let answered = 0
    const send = () => {
      const request = performance.now() < until ? next() : null
      if (request === null) resolve(answered)
      else socket.write(request)
    }
    const onAnswer = () => {
      answered += 1
      send()
    }
    readAnswers(socket, check, onAnswer, reject)
    send()
  })
}

/**
 * Runs a closed loop and returns the number of responses. Each connection has one request in flight, and sends the next
 * once it receives the response.
 */
export async function closedLoop(loop: Loop): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: loop.connections }, () => open(loop.url)))
  try {
    const counts = await Promise.all(sockets.map((socket) => converse(socket, loop)))
    return counts.reduce((sum, count) => sum + count, 0)
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}
