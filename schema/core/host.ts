import type { Host } from '@keyward/engine/ports'
import { gainedSince } from '@keyward/engine/wall-watch'
import type { Database } from '@keyward/prisma/database'
import { newId } from './ids.ts'

/**
 * The latest possible current time. After the machine was suspended, or its wall clock was set forward, it is ahead of
 * the clock until the time is measured again. So no expired key is accepted in between.
 */
export function latest(clock: Database['clock']): number {
  const gained = gainedSince(clock.measured, { wall: Date.now(), elapsed: performance.now() })
  if (gained > 0) clock.measure().catch(() => undefined)
  return clock.now().getTime() + gained
}

/**
 * Measures the time again if the machine may have been suspended since the last measurement. Call it where nothing may
 * end too early: after the wall clock was set forward, `latest` is ahead of the real time. Call it outside of
 * transactions.
 */
export async function measureAfterSuspension(clock: Database['clock']): Promise<void> {
  if (gainedSince(clock.measured, { wall: Date.now(), elapsed: performance.now() }) > 0) await clock.measure()
}

/**
 * This process as the engine sees it, with the database's clock. Several requests share the engine's look-ups and
 * exchanges, so these never run inside the transaction of the request that started them.
 */
export const hostOf = ({ clock, detached }: Pick<Database, 'clock' | 'detached'>): Host => ({
  now: () => latest(clock),
  elapsed: () => performance.now(),
  soon: (work) => void detached(() => setImmediate(work)),
  after(milliseconds, work) {
    const timer = detached(() => setTimeout(work, milliseconds))
    return () => clearTimeout(timer)
  },
  every(milliseconds, work) {
    const timer = detached(() => setInterval(work, milliseconds).unref())
    return () => clearInterval(timer)
  },
  newId,
})
