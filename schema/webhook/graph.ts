import { builder } from '../graphql/builder.ts'
import { guardField, guardType } from '../graphql/guard.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { ORDER, page, pageComplexity } from '../graphql/pagination/page.ts'
import { JUMP_FACTOR, JUMP_FLOOR } from '../notice/denial-notices.ts'
import { targetOf as organizationTarget } from '../organization/access.ts'
import { targetOf, visibleWebhooks } from './access.ts'
import { isWebhookEvent, type WebhookEvent } from './events.ts'
import { messageId } from './message.ts'
import { DELIVERIES_KEPT_DAYS } from './retention.ts'

export const WebhookEventEnum = builder.enumType('WebhookEvent', {
  description: 'Event a webhook can subscribe to. More values may be added.',
  values: {
    API_KEY_CREATED: { description: 'A key was created or imported.' },
    API_KEY_UPDATED: { description: 'A key’s name, tags, scopes, limits or expiration changed.' },
    API_KEY_ROTATED: { description: 'A key was given a new secret.' },
    API_KEY_ROTATION_FINISHED: { description: 'A rotation ended: the old secret stopped working.' },
    API_KEY_ROTATION_UNDONE: { description: 'A rotation was undone: the new secret stopped working.' },
    API_KEY_REVOKED: { description: 'A key was revoked.' },
    API_KEY_PAUSED: { description: 'A key was paused, or the end of its pause was moved.' },
    API_KEY_RESUMED: { description: 'A key was resumed. A pause that ends by itself sends nothing.' },
    API_KEY_LEAKED: { description: 'A secret of a key was reported as leaked.' },
    LEGACY_KEY_LEAKED: { description: 'The secret of the legacy key was reported as leaked.' },
    SERVICE_ACCOUNT_TOKEN_LEAKED: {
      description: 'The token of a service account was reported as leaked.',
    },
    PLAYGROUND_TOKEN_LEAKED: { description: 'A playground token was reported as leaked.' },
    BUDGET_ALERT: { description: 'Spending reached an alert threshold of a budget.' },
    USAGE_ADJUSTED: { description: 'The costs of a key were corrected.' },
    API_KEY_DENIALS_JUMPED: {
      description: `A key was denied at least ${JUMP_FLOOR} times in an hour, and more than ${JUMP_FACTOR} times as often as in its usual hours. Sent at most once a day for each key, revoked ones included.`,
    },
    API_KEY_EXPIRES_SOON: { description: 'A key expires within 30, 7 or 1 days. Sent once for each.' },
    API_KEY_UNUSED: { description: 'A key has not been used for 90 days. Sent once until it is used again.' },
    API_KEY_ROTATION_DUE: {
      description: 'The key policy’s deadline for a new secret is at most 7 days away. Sent once for each secret.',
    },
    API_KEY_ROTATION_SAFE_TO_FINISH: {
      description: 'During a rotation, the new secret is in use and the old one has not been used for an hour.',
    },
    WEBHOOK_FAILING: {
      description:
        'Another webhook gave up a message or was disabled by its receiver. Sent at most once a day for each.',
    },
    ORGANIZATION_DELETION_SCHEDULED: {
      description: 'The organization will be deleted at `deletesAt` of `details`. Its keys are denied from now on.',
    },
    ORGANIZATION_DELETION_CANCELLED: { description: 'The deletion of the organization was cancelled.' },
    PROJECT_DELETED: { description: 'An archived project was deleted. `details` counts its contents.' },
    WEBHOOK_TEST: { description: 'A test was requested with `webhookTest`. Sent regardless of the subscribed events.' },
  } satisfies Record<WebhookEvent, object>,
})

const event = (name: string): WebhookEvent => {
  if (!isWebhookEvent(name)) throw new Error(`A webhook is subscribed to the unknown event ${name}`)
  return name
}

const WebhookDelivery = builder.prismaObject('WebhookDelivery', {
  description: 'A message to a webhook and its delivery state.',
  fields: (t) => ({
    messageId: t.string({
      description: 'Id in the message’s `webhook-id` header, the same for every attempt.',
      resolve: ({ id }) => messageId(id),
    }),
    event: t.field({
      type: WebhookEventEnum,
      description: 'Event the message reports.',
      resolve: (delivery) => event(delivery.event),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Time of the event.' }),
    attempts: t.exposeInt('attempts', {
      description: 'Number of attempts started, including one interrupted by a server crash.',
    }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'Time of the next attempt. During an attempt, the time of the retry should it be interrupted. Null once delivered or failed.',
    }),
    deliveredAt: t.expose('deliveredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time at which the receiver answered with a status from 200 to 299. Null until then.',
    }),
    givenUpAt: t.expose('givenUpAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'Time at which delivery failed: after the last attempt, or when the webhook was disabled. Null otherwise.',
    }),
    lastStatus: t.exposeInt('lastStatus', {
      nullable: true,
      description: 'HTTP status of the last attempt. Null if it got no response.',
    }),
    lastError: t.exposeString('lastError', {
      nullable: true,
      description: 'Error of the last attempt. Null if it succeeded or none was made.',
    }),
  }),
})

const DeliveryEdge = builder.edgeObject({
  type: WebhookDelivery,
  ...edgeFields('WebhookDelivery', 'deliveries'),
})
const DeliveryConnection = builder.connectionObject(
  connectionFields('WebhookDelivery', WebhookDelivery, 'deliveries', ({ runtime }, parent, _args, take) =>
    runtime.database.prisma.webhookDelivery.count({ where: { webhookId: parentId(parent) }, take }),
  ),
  DeliveryEdge,
)

export const Webhook = builder.prismaNode('Webhook', {
  id: { field: 'id', description: 'Permanent id, `whk_…`.' },
  description:
    'An endpoint that receives an organization’s events as signed messages in the Standard Webhooks format. Visible to the Owner and ADMINs.',
  ...guardType('webhook:list', targetOf),
  fields: (t) => ({
    url: t.exposeString('url', { description: 'URL that receives the messages.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'Purpose of the webhook. Null if not set.',
    }),
    events: t.field({
      type: [WebhookEventEnum],
      description: 'Subscribed events. Empty subscribes to all, including future ones.',
      resolve: ({ events }) => events.map(event),
    }),
    enabled: t.exposeBoolean('enabled', {
      description: 'Whether messages are sent. A 410 (Gone) response from the receiver disables the webhook.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Creation time.' }),
    createdByName: t.exposeString('createdByName', { description: 'Name of the creator at the time of creation.' }),
    lastSuccessAt: t.expose('lastSuccessAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of the last successful delivery. Null if none succeeded.',
    }),
    lastFailureAt: t.expose('lastFailureAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of the last failed attempt. Null if none failed.',
    }),
    lastFailure: t.exposeString('lastFailure', {
      nullable: true,
      description: 'Error of the last failed attempt. Null if none failed.',
    }),
    deliveries: t.relatedConnection(
      'deliveries',
      {
        type: WebhookDelivery,
        cursor: 'id',
        description: `Messages to this webhook, newest first, retained for ${DELIVERIES_KEPT_DAYS} days.`,
        complexity: pageComplexity,
        query: (args) => page(args, ORDER.newestFirst),
      },
      DeliveryConnection,
      DeliveryEdge,
    ),
  }),
})

registerNode('Webhook', ({ access, runtime }, ids, query) =>
  runtime.database.rows.webhook.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleWebhooks(access)] },
  }),
)

const WebhookEdge = builder.edgeObject({ type: Webhook, ...edgeFields('Webhook', 'webhooks') })
const WebhookConnection = builder.connectionObject(
  connectionFields('Webhook', Webhook, 'webhooks', ({ runtime }, parent, _args, take) =>
    runtime.database.prisma.webhook.count({ where: { organizationId: parentId(parent) }, take }),
  ),
  WebhookEdge,
)

builder.prismaObjectField('Organization', 'webhooks', (t) =>
  t.relatedConnection(
    'webhooks',
    {
      type: Webhook,
      cursor: 'id',
      nullable: true,
      description:
        'Webhooks of the organization, oldest first. Visible to the Owner and ADMINs; null with FORBIDDEN for others.',
      ...guardField('webhook:list', organizationTarget),
      complexity: pageComplexity,
      query: (args) => page(args, ORDER.oldestFirst),
    },
    WebhookConnection,
    WebhookEdge,
  ),
)
