import type { Message } from './message.ts'

/** A message claimed by this process for one delivery attempt. */
export interface Claim {
  id: string
  webhook_id: string
  event: string
  payload: Message
  attempts: number
  organization_id: string
  url: string
  sealed_secret: Buffer
  enabled: boolean
}
