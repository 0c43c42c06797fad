import type { Runtime } from '@keyward/schema/runtime'
import { operate } from '@keyward/schema/write/unit-of-work'

/** Tells every replica that a session ended, through the outbox. No organization's audit log is concerned. */
export const announceSessionEnded = (runtime: Runtime, sessionId: string): Promise<void> =>
  operate(runtime, async (unit) => {
    unit.publish({ kind: 'SESSION_ENDED', subjectId: sessionId, organizationId: null, projectId: null })
  })
