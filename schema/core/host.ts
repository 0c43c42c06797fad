import type { Host } from '@keyward/engine/ports'
import { gainedSince } from '@keyward/engine/wall-watch'
import type { Database } from '@keyward/prisma/database'
import { newId } from './ids.ts'

/**
 * The latest time that it can be. After the machine was suspended, or its wall clock was set forward, it is ahead of the
 * clock until the time is measured again, so that no expired key passes meanwhile.
 */
export function latest(clock: Database['clock']): number {
  const gained = gainedSince(clock.measured, { wall: Date.now(), elapsed: performance.now() })
  if (gained > 0) clock.measure().catch(() => undefined)
  return clock.now().getTime() + gained
}

/** This process as the engine sees it, with the database's clock. */
export const hostOf = ({ clock }: Pick<Database, 'clock'>): Host => ({
  now: () => latest(clock),
  elapsed: () => performance.now(),
  soon: (work) => void setImmediate(work),
  after(milliseconds, work) {
    const timer = setTimeout(work, milliseconds)
    return () => clearTimeout(timer)
  },
  every(milliseconds, work) {
    const timer = setInterval(work, milliseconds).unref()
    return () => clearInterval(timer)
  },
  newId,
})
