import type { Socket } from 'node:net'
import { type Check, open, readAnswers } from './connection.ts'

/** How long to wait for responses after the last request, in milliseconds. */
const DRAIN_MS = 10_000

interface Loop {
  url: string
  connections: number
  /** The next request in full. Null at the end. */
  next: () => string | null
  check?: Check | undefined
  /** Requests a second, on average. */
  rate: number
  seconds: number
}

/** Latencies of an open loop, sorted, in milliseconds. */
export interface Latencies {
  ofRequests: Float64Array
  /** How late the generator was with requests for which a connection was free. It is part of the latencies. */
  ofSending: Float64Array
}

/**
 * Runs an open loop: requests arrive at random times (a Poisson process), whether earlier ones were answered or not. A
 * latency counts from the time at which the request should have been sent, so that a slow response does not hide the
 * requests that waited behind it. The loop spins, because timers are exact to a millisecond only.
 */
export async function openLoop({ url, connections, next, check, rate, seconds }: Loop): Promise<Latencies> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(url)))
  const idle: Socket[] = [...sockets]
  const ofRequests: number[] = []
  const ofSending: number[] = []
  const dueOf = new Map<Socket, number>()
  /** Times at which the requests that wait for a connection should have been sent. */
  const waiting: number[] = []
  let firstWaiting = 0
  const send = (socket: Socket, due: number): void => {
    const request = next()
    if (request === null) throw new Error('There are too few requests for this rate')
    dueOf.set(socket, due)
    socket.write(request)
  }
  try {
    await new Promise<void>((resolve, reject) => {
      for (const socket of sockets) {
        const onAnswer = () => {
          ofRequests.push(performance.now() - (dueOf.get(socket) ?? Number.NaN))
          dueOf.delete(socket)
          const due = waiting[firstWaiting]
          if (due === undefined) {
            idle.push(socket)
            return
          }
          firstWaiting += 1
          send(socket, due)
        }
        readAnswers(socket, check, onAnswer, reject)
      }
      const gap = (): number => (-Math.log(1 - Math.random()) * 1_000) / rate
      let due = performance.now() + gap()
      const until = due + seconds * 1_000
      const turn = () => {
        try {
          const now = performance.now()
          for (; due <= now && due < until; due += gap()) {
            const socket = idle.pop()
            // Requests that wait for a connection are late because of the server.
            if (!socket) waiting.push(due)
            else {
              ofSending.push(performance.now() - due)
              send(socket, due)
            }
          }
          const isDone = due >= until && dueOf.size === 0 && firstWaiting === waiting.length
          if (isDone || now > until + DRAIN_MS) resolve()
          else setImmediate(turn)
        } catch (error) {
          reject(error)
        }
      }
      turn()
    })
  } finally {
    for (const socket of sockets) socket.destroy()
  }
  // A request without a response counts with the longest time that it was waited for.
  const unanswered = dueOf.size + waiting.length - firstWaiting
  for (let lost = 0; lost < unanswered; lost += 1) ofRequests.push(seconds * 1_000 + DRAIN_MS)
  return { ofRequests: Float64Array.from(ofRequests).sort(), ofSending: Float64Array.from(ofSending).sort() }
}

/** The latency that a share of sorted latencies does not exceed. */
export const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
