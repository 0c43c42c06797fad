import { Socket } from 'node:net'
import { type FromWorker, type Question, ToWorker } from './messages.ts'

// A worker's end of the channel to the primary process. Workers exit when the primary process does, so every question
// gets an answer.

const waiting = new Map<number, (retryAfter: number | null) => void>()
let lastQuestion = 0

/** Sends a message to the primary process. Calls back once the message is written. */
export function tellPrimary(message: FromWorker, written: () => void = () => undefined): void {
  process.send?.(message, undefined, undefined, written)
}

/** Asks the primary process whether an attempt is allowed. Returns null, or the seconds to wait. */
export function askPrimary(question: Question): Promise<number | null> {
  lastQuestion += 1
  const id = lastQuestion
  return new Promise((resolve) => {
    waiting.set(id, resolve)
    tellPrimary({ kind: 'question', id, question })
  })
}

let take = (connection: Socket): void => {
  connection.destroy()
}

/** Handles the connections that the primary process hands over. */
export function onConnection(handle: (connection: Socket) => void): void {
  take = handle
}

/** Handles messages from the primary process, except answers and connections. */
export function onMessage(
  handle: (message: Exclude<ToWorker, { kind: 'answer' | 'connection' | 'sent' }>) => void,
): void {
  process.on('message', (given, connection) => {
    const { data: message } = ToWorker.safeParse(given)
    // The primary process runs another version, because the server's files were replaced while it was running.
    if (message === undefined) return
    if (message.kind === 'connection') {
      // The connection is missing if the client has closed it since.
      if (connection instanceof Socket) take(connection)
    } else if (message.kind === 'sent') tellPrimary({ kind: 'taken', id: message.id })
    else if (message.kind === 'answer') {
      waiting.get(message.id)?.(message.retryAfter)
      waiting.delete(message.id)
    } else handle(message)
  })
}
