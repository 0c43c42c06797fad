import type { Runtime } from '@keyward/schema/runtime'
import { operate } from '@keyward/schema/write/unit-of-work'

/** Notifies every replica that a session ended. Sessions belong to no organization, so nothing is audited. */
export const announceSessionEnded = (runtime: Runtime, sessionId: string): Promise<void> =>
  operate(runtime, async (unit) => {
    unit.publish({ kind: 'SESSION_ENDED', subjectId: sessionId, organizationId: null, projectId: null })
  })
