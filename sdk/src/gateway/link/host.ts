import type { Host } from '@keyward/engine/ports'
import type { ServerClock } from './clock.ts'

/** Repeats work at an interval, without keeping a Node.js process alive. Returns a function that stops it. */
export function every(milliseconds: number, work: () => void): () => void {
  const timer: ReturnType<typeof setInterval> & { unref?: () => void } = setInterval(work, milliseconds)
  timer.unref?.()
  return () => clearInterval(timer)
}

/** The engine's view of this process, with the server's clock. */
export const hostOf = (clock: ServerClock): Host => ({
  now: () => clock.now(),
  elapsed: () => performance.now(),
  soon: (work) => void setTimeout(work),
  after(milliseconds, work) {
    const timer = setTimeout(work, milliseconds)
    return () => clearTimeout(timer)
  },
  every,
  newId: () => crypto.randomUUID(),
})
