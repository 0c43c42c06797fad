import { NEVER } from '@keyward/engine/decide'

/** Reads a time of the server, in milliseconds. Null: never. */
export const timeOf = (time: string | null): number => (time === null ? NEVER : Date.parse(time))

/** The last time as text, cached because many decisions have the same one. */
let lastTime = { at: -1, text: '' }

/** Writes a time as the server does. */
export function textOf(at: number): string {
  if (lastTime.at !== at) lastTime = { at, text: new Date(at).toISOString() }
  return lastTime.text
}
