import type { Socket } from 'node:net'
import { type Check, open, readAnswers } from './connection.ts'

/** How long to wait for responses after the last request, in milliseconds. */
const DRAIN_MS = 10_000

interface Loop {
  url: string
  connections: number
  /** Returns the next request as raw text. Null at the end. */
  next: () => string | null
  check?: Check | undefined
  /** Average requests per second. */
  rate: number
  seconds: number
}

/** Sorted latencies of an open loop, in milliseconds. */
export interface Latencies {
  ofRequests: Float64Array
  /** How late the generator sent requests although a connection was free. Included in the latencies. */
  ofSending: Float64Array
}

/**
 * Runs an open loop: requests arrive at random times (a Poisson process), whether or not earlier ones were answered.
 * Latency is measured from the time at which a request should have been sent, so that a slow response does not hide the
 * requests that waited behind it. The loop spins, because timers are only exact to a millisecond.
 */
export async function openLoop({ url, connections, next, check, rate, seconds }: Loop): Promise<Latencies> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(url)))
  const idle: Socket[] = [...sockets]
  const ofRequests: number[] = []
  const ofSending: number[] = []
  const dueOf = new Map<Socket, number>()
  /** Due times of the requests that wait for a connection. */
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
            // If no connection is free, the delay is the server's, not the generator's.
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
  // A request without a response counts with the time that it was waited for.
  const unanswered = dueOf.size + waiting.length - firstWaiting
  for (let lost = 0; lost < unanswered; lost += 1) ofRequests.push(seconds * 1_000 + DRAIN_MS)
  return { ofRequests: Float64Array.from(ofRequests).sort(), ofSending: Float64Array.from(ofSending).sort() }
}

/** The latency that the given share of sorted latencies does not exceed. */
export const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
