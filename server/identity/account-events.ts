import { encodeId } from '@keyward/schema/core/ids'
import type { Runtime } from '@keyward/schema/runtime'
import { type AccountEvent, recordAccountEvent } from '@keyward/schema/user/record'
import { actAsPerson, type NamingRuntime } from '@keyward/schema/write/unit-of-work'
import type { Log } from '../telemetry/log.ts'

/** Records an action of a person during sign-in. */
export type RecordEvent = (
  user: { id: string; name: string },
  event: AccountEvent,
  clientAddress: string | null,
) => Promise<void>

/**
 * Records account events in the server log and in the audit logs of the person's organizations. Only the server log
 * contains the client's address, so organizations cannot see it. The change has already committed, so a failure is only
 * logged.
 */
export const createEventRecord =
  ({ runtime, log }: { runtime: NamingRuntime & Pick<Runtime, 'replica'>; log: Log }): RecordEvent =>
  async (user, event, client) => {
    const { action } = event
    const accountId = encodeId('User', user.id)
    log.info('account', { action, client, accountId })
    try {
      await actAsPerson(runtime, user, (unit) => recordAccountEvent(unit, user, event))
    } catch (error) {
      log.error('an event of an account could not be audited', error, { action, accountId })
    }
    await runtime.replica?.positions.note(user.id)
  }
