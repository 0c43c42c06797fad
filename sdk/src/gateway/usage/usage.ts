import type { RejectedUsageEvent, UsageEventInput, UsageUnitInput } from '../../generated/types.ts'
import type { Spool } from './spool.ts'

/** What one request used and did cost. */
export interface Usage extends Omit<UsageEventInput, 'eventId' | 'occurredAt' | 'credentialId' | 'units'> {
  /**
   * What `authorize` answered: tells what the usage is attributed to, and which reservation it settles. Without it,
   * `credentialId` has to be given.
   */
  readonly answer?:
    | {
        readonly credentialId: string
        readonly kind: string
        readonly organizationId: string
        readonly reservation: string | null
      }
    | undefined
  /** What the usage is attributed to; what `answer` tells if not given. */
  readonly credentialId?: string | undefined
  /** What the event is known by; a new UUID if not given. */
  readonly eventId?: string | undefined
  /** When it happened; now if not given. */
  readonly occurredAt?: string | undefined
  /** What it used, each line item once; nothing if not given. */
  readonly units?:
    | readonly (Omit<UsageUnitInput, 'quantity'> & { readonly quantity: string | number | bigint })[]
    | null
}

/** An event that the server refused, and why. It is not sent again. */
export interface UsageRejection extends Omit<RejectedUsageEvent, 'index'> {
  readonly event: UsageEventInput
}

/** How usage is reported. */
export interface UsageOptions {
  /** How many events may wait to be recorded; beyond it `record` waits. 20,000 if not given. */
  readonly maxPending?: number | undefined
  /** Where events are kept until they are recorded; only in memory if not given. */
  readonly spool?: Spool | undefined
  /** Hears of events that the server refused; `onError` of the gateway does if not given. */
  readonly onRejected?: ((rejection: UsageRejection) => void) | undefined
}

/** Usage that could not be recorded before the time was over. */
export class UsageNotRecordedError extends Error {
  static {
    UsageNotRecordedError.prototype.name = 'UsageNotRecordedError'
  }
  /** The events, to be recorded by other means: each counts once, however often it is sent. */
  readonly events: readonly UsageEventInput[]

  constructor(events: readonly UsageEventInput[], isSpooled: boolean) {
    const fate = isSpooled ? 'They are in the spool, and are recorded at the next start.' : 'They are in `events`.'
    super(`${events.length} usage events could not be recorded in time. ${fate}`)
    this.events = events
  }
}

/** What is sent of it: a copy, so that nothing changes it any more. */
export function eventOf({ answer, credentialId, eventId, occurredAt, units, ...rest }: Usage): UsageEventInput {
  const attributed = credentialId ?? answer?.credentialId
  if (attributed === undefined) throw new TypeError('Give `answer`, or `credentialId`.')
  return {
    ...(answer?.kind === 'PLAYGROUND' ? { organizationId: answer.organizationId } : {}),
    ...(answer?.reservation ? { reservation: answer.reservation } : {}),
    ...rest,
    ...(units ? { units: units.map(({ lineItem, quantity }) => ({ lineItem, quantity: String(quantity) })) } : {}),
    credentialId: attributed,
    eventId: eventId ?? crypto.randomUUID(),
    occurredAt: occurredAt ?? new Date().toISOString(),
  }
}
