import type { RejectedUsageEvent, UsageEventInput, UsageUnitInput } from '../../generated/types.ts'
import type { Spool } from './spool.ts'

/** Usage and cost of a single request. */
export interface Usage
  extends Omit<UsageEventInput, 'eventId' | 'occurredAt' | 'ageSeconds' | 'credentialId' | 'units'> {
  /**
   * The decision of `authorize`, which contains the credential and the reservation. Without a decision, `credentialId`
   * is required.
   */
  readonly answer?:
    | {
        readonly credentialId: string
        readonly kind: string
        readonly organizationId: string
        readonly projectId: string
        readonly reservation: string | null
      }
    | undefined
  /** Credential to which the usage is attributed. Defaults to the credential of `answer`. */
  readonly credentialId?: string | undefined
  /** Id of the event. Defaults to a new UUID. */
  readonly eventId?: string | undefined
  /** Time of the request. Defaults to the server’s time, which does not depend on this machine’s clock. */
  readonly occurredAt?: string | undefined
  /** Units used, with each line item at most once. Defaults to none. */
  readonly units?:
    | readonly (Omit<UsageUnitInput, 'quantity'> & { readonly quantity: string | number | bigint })[]
    | null
}

/** An event that the server rejected, with the reason. It will not be resent. */
export interface UsageRejection extends Omit<RejectedUsageEvent, 'index'> {
  readonly event: UsageEventInput
}

/** Usage reporting options. */
export interface UsageOptions {
  /** Maximum number of pending events. If there are more, `record` waits. Defaults to 20,000. */
  readonly maxPending?: number | undefined
  /** Stores events until they are recorded. If omitted, events are kept only in memory. */
  readonly spool?: Spool | undefined
  /** Called with each event that the server rejected. Defaults to the gateway's `onError`. */
  readonly onRejected?: ((rejection: UsageRejection) => void) | undefined
}

/** Usage that was not recorded in time. */
export class UsageNotRecordedError extends Error {
  static {
    UsageNotRecordedError.prototype.name = 'UsageNotRecordedError'
  }
  /**
   * The events, so that you can record them in another way. Each event is counted once, even if it is sent repeatedly.
   */
  readonly events: readonly UsageEventInput[]

  constructor(events: readonly UsageEventInput[], isSpooled: boolean) {
    super(
      `${events.length} usage events were not recorded in time. They are in ${isSpooled ? 'the spool' : '`events`'}.`,
    )
    this.events = events
  }
}
