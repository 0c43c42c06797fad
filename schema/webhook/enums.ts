import { builder } from '../graphql/builder.ts'
import { JUMP_FACTOR, JUMP_FLOOR } from '../notice/denial-notices.ts'
import { isWebhookEvent, type WebhookEvent } from './events.ts'
import type { DeliveryStatus } from './status.ts'

export const WebhookEventEnum = builder.enumType('WebhookEvent', {
  description: 'Event a webhook can subscribe to. More values may be added.',
  values: {
    API_KEY_CREATED: { description: 'A key was created or imported.' },
    API_KEY_UPDATED: { description: 'A key’s name, tags, scopes, limits or expiration changed.' },
    API_KEY_ROTATED: { description: 'A key was given a new secret.' },
    API_KEY_ROTATION_FINISHED: { description: 'A rotation ended: the old secret stopped working.' },
    API_KEY_ROTATION_UNDONE: { description: 'A rotation was undone: the new secret stopped working.' },
    API_KEY_REVOKED: { description: 'A key was revoked.' },
    API_KEY_PAUSED: { description: 'A key was paused, or the end of its pause was changed.' },
    API_KEY_RESUMED: { description: 'A key was resumed. Nothing is sent when a pause reaches its end.' },
    API_KEY_LEAKED: { description: 'A secret of a key was reported as leaked.' },
    LEGACY_KEY_LEAKED: { description: 'The secret of the legacy key was reported as leaked.' },
    SERVICE_ACCOUNT_TOKEN_LEAKED: {
      description: 'The token of a service account was reported as leaked.',
    },
    PLAYGROUND_TOKEN_LEAKED: { description: 'A playground token was reported as leaked.' },
    BUDGET_ALERT: { description: 'Spending reached an alert threshold of a budget.' },
    USAGE_ADJUSTED: { description: 'The costs of a key were adjusted.' },
    API_KEY_DENIALS_JUMPED: {
      description: `A key was denied at least ${JUMP_FLOOR} times in an hour, and more than ${JUMP_FACTOR} times as often as in its usual hours. Sent at most once a day for each key, revoked ones included.`,
    },
    API_KEY_EXPIRES_SOON: { description: 'A key expires within 30, 7 or 1 days. Sent once for each of these periods.' },
    API_KEY_UNUSED: { description: 'A key has not been used for 90 days. Sent once until it is used again.' },
    API_KEY_CREATOR_LEFT: {
      description: 'The creator of a key left an organization whose key policy flags such keys.',
    },
    API_KEY_ROTATION_DUE: {
      description: 'The key policy’s deadline for a new secret is at most 7 days away. Sent once for each secret.',
    },
    API_KEY_ROTATION_SAFE_TO_FINISH: {
      description: 'During a rotation, the new secret is in use and the old one has not been used for an hour.',
    },
    WEBHOOK_FAILING: {
      description:
        'A message of another webhook failed permanently, or its receiver disabled the webhook. Sent at most once a day for each webhook.',
    },
    ORGANIZATION_DELETION_SCHEDULED: {
      description: 'The organization will be deleted at `deletesAt` of `details`. Its keys are denied from now on.',
    },
    ORGANIZATION_DELETION_CANCELLED: { description: 'The deletion of the organization was cancelled.' },
    PROJECT_DELETED: { description: 'An archived project was deleted. `details` counts its contents.' },
    WEBHOOK_TEST: { description: 'A test was requested with `webhookTest`. Sent regardless of the subscribed events.' },
  } satisfies Record<WebhookEvent, object>,
})

export const WebhookDeliveryStatusEnum = builder.enumType('WebhookDeliveryStatus', {
  description: 'State of a message to a webhook.',
  values: {
    PENDING: { description: 'An attempt is due, under way or scheduled.' },
    DELIVERED: { description: 'The receiver answered with a status from 200 to 299.' },
    FAILED: { description: 'No attempt follows: the last one failed, or the webhook was disabled.' },
  } satisfies Record<DeliveryStatus, object>,
})

/** The webhook event of a name in the database. */
export const event = (name: string): WebhookEvent => {
  if (!isWebhookEvent(name)) throw new Error(`A webhook is subscribed to the unknown event ${name}`)
  return name
}
