import type { DeliveryRowFragment } from '../generated/graphql.ts'
import { Badge } from '../ui/feedback.tsx'

/** The state of a message. A waiting one is "Retrying" after its first attempt. */
export function DeliveryState({ delivery: { status, attempts } }: { delivery: DeliveryRowFragment }) {
  if (status === 'DELIVERED') return <Badge tone="good">Delivered</Badge>
  if (status === 'FAILED') return <Badge tone="bad">Failed</Badge>
  return <Badge tone={attempts > 0 ? 'warn' : undefined}>{attempts > 0 ? 'Retrying' : 'Waiting'}</Badge>
}
