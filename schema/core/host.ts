import type { Host } from '@keyward/engine/ports'
import type { Database } from '@keyward/prisma/database'
import { newId } from './ids.ts'

/** This process as the engine sees it, with the database's clock. */
export const hostOf = ({ clock }: Pick<Database, 'clock'>): Host => ({
  now: () => clock.now().getTime(),
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
