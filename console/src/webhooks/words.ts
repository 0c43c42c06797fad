import type { WebhookDeliveryStatus, WebhookEvent } from '../generated/graphql.ts'
import { humanize } from '../keys/words.ts'

export const EVENTS = [
  'API_KEY_CREATED',
  'API_KEY_UPDATED',
  'API_KEY_ROTATED',
  'API_KEY_ROTATION_FINISHED',
  'API_KEY_ROTATION_UNDONE',
  'API_KEY_REVOKED',
  'API_KEY_PAUSED',
  'API_KEY_RESUMED',
  'API_KEY_LEAKED',
  'LEGACY_KEY_LEAKED',
  'SERVICE_ACCOUNT_TOKEN_LEAKED',
  'PLAYGROUND_TOKEN_LEAKED',
  'BUDGET_ALERT',
  'USAGE_ADJUSTED',
  'API_KEY_DENIALS_JUMPED',
  'API_KEY_EXPIRES_SOON',
  'API_KEY_UNUSED',
  'API_KEY_CREATOR_LEFT',
  'API_KEY_ROTATION_DUE',
  'API_KEY_ROTATION_SAFE_TO_FINISH',
  'WEBHOOK_FAILING',
  'ORGANIZATION_DELETION_SCHEDULED',
  'ORGANIZATION_DELETION_CANCELLED',
  'PROJECT_DELETED',
] as const satisfies readonly WebhookEvent[]

export const eventName = (event: WebhookEvent): string => humanize(event).replace(/^Api/, 'API')

/** Names of the states of messages. */
export const STATES: Readonly<Record<WebhookDeliveryStatus, string>> = {
  PENDING: 'Pending',
  DELIVERED: 'Delivered',
  FAILED: 'Failed',
}
