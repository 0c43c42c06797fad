import { NEVER } from '@keyward/engine/decide'

/** Parses a server time, in milliseconds. Null means never. */
export const timeOf = (time: string | null): number => (time === null ? NEVER : Date.parse(time))

/** The last formatted time, cached because many decisions have the same time. */
let lastText = ''
let lastTime = -1

/** Formats a time as the server does. */
export function textOf(at: number): string {
  if (at !== lastTime) {
    lastText = new Date(at).toISOString()
    lastTime = at
  }
  return lastText
}
