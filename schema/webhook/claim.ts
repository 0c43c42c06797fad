import type { Message } from './message.ts'

/** A message claimed by this process for one delivery attempt. */
export interface Claim {
  id: string
  webhook_id: string
  event: string
  payload: Message
  attempts: number
  /** Number of attempts before the message was last sent again. The schedule of attempts then restarts. */
  attempts_before: number
  /** The trace of the change, as a W3C `traceparent`; null if it was not traced. */
  traceparent: string | null
  organization_id: string
  url: string
  sealed_secret: Buffer
  enabled: boolean
}
