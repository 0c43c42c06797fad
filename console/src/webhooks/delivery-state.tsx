import type { DeliveryRowFragment } from '../generated/graphql.ts'
import { Badge } from '../ui/feedback.tsx'

/** The state of a message. A pending one is "Retrying" after a failed attempt. */
export function DeliveryState({ delivery: { status, lastError } }: { delivery: DeliveryRowFragment }) {
  if (status === 'DELIVERED') return <Badge tone="good">Delivered</Badge>
  if (status === 'FAILED') return <Badge tone="bad">Failed</Badge>
  return <Badge tone={lastError ? 'warn' : undefined}>{lastError ? 'Retrying' : 'Pending'}</Badge>
}
