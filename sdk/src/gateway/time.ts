import { NEVER } from '@keyward/engine/decide'

/** Parses a server time, in milliseconds. Null: never. */
export const timeOf = (time: string | null): number => (time === null ? NEVER : Date.parse(time))

/** The last time as text, cached because many decisions have the same one. */
let lastText = ''
let lastTime = -1

/** Writes a time as the server does. */
export function textOf(at: number): string {
  if (at !== lastTime) {
    lastText = new Date(at).toISOString()
    lastTime = at
  }
  return lastText
}
