import type { WebhookEvent } from '../generated/graphql.ts'
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
] as const satisfies readonly WebhookEvent[]

export const eventName = (event: WebhookEvent): string => humanize(event).replace(/^Api/, 'API')
