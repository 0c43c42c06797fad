import { builder } from '../graphql/builder.ts'
import { guardField, guardType } from '../graphql/guard.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { ORDER, page, pageComplexity } from '../graphql/pagination/page.ts'
import { targetOf as organizationTarget } from '../organization/access.ts'
import { targetOf, visibleWebhooks } from './access.ts'
import { isWebhookEvent, type WebhookEvent } from './events.ts'
import { messageId } from './message.ts'
import { DELIVERIES_KEPT_DAYS } from './retention.ts'

export const WebhookEventEnum = builder.enumType('WebhookEvent', {
  description: 'What webhooks tell of. The list may grow.',
  values: {
    API_KEY_CREATED: { description: 'A key was created or imported.' },
    API_KEY_UPDATED: { description: 'A key’s name, tags, scopes, limits or expiration changed.' },
    API_KEY_ROTATED: { description: 'A key has a new secret.' },
    API_KEY_ROTATION_FINISHED: { description: 'A key’s old secret stopped.' },
    API_KEY_ROTATION_UNDONE: { description: 'A key’s new secret was taken back.' },
    API_KEY_REVOKED: { description: 'A key was revoked.' },
    API_KEY_LEAKED: { description: 'A key’s secret was reported to be in somebody else’s hands.' },
    LEGACY_KEY_LEAKED: { description: 'The legacy key was reported to be in somebody else’s hands.' },
    SERVICE_ACCOUNT_TOKEN_LEAKED: {
      description: 'The token of a service account was reported to be in somebody else’s hands.',
    },
    PLAYGROUND_TOKEN_LEAKED: { description: 'A playground token was reported to be in somebody else’s hands.' },
    BUDGET_ALERT: { description: 'What was spent of a budget reached a threshold, or the budget.' },
    WEBHOOK_TEST: { description: 'Somebody tried the webhook (`webhookTest`). Sent whatever its events are.' },
  } satisfies Record<WebhookEvent, object>,
})

const event = (name: string): WebhookEvent => {
  if (!isWebhookEvent(name)) throw new Error(`A webhook has the event ${name}, which is none`)
  return name
}

const WebhookDelivery = builder.prismaObject('WebhookDelivery', {
  description: 'A message to a webhook, and what became of it.',
  fields: (t) => ({
    messageId: t.string({
      description: 'The id that the message carries as `webhook-id`, the same at every attempt.',
      resolve: ({ id }) => messageId(id),
    }),
    event: t.field({
      type: WebhookEventEnum,
      description: 'What it tells of.',
      resolve: (delivery) => event(delivery.event),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When what it tells of happened.' }),
    attempts: t.exposeInt('attempts', {
      description: 'How many attempts to send it were begun; one that the server did not end counts too.',
    }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the next attempt is due; null once it was delivered or given up. During an attempt, when another one would follow if nothing more were heard of it.',
    }),
    deliveredAt: t.expose('deliveredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the receiver took it, by a status from 200 to 299; null while it did not.',
    }),
    givenUpAt: t.expose('givenUpAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was given up: after the last attempt, or as the webhook was disabled; null otherwise.',
    }),
    lastStatus: t.exposeInt('lastStatus', {
      nullable: true,
      description: 'The HTTP status of the last answer; null where the last attempt had none.',
    }),
    lastError: t.exposeString('lastError', {
      nullable: true,
      description: 'Why the last attempt failed; null where it did not, or before it.',
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
  id: { field: 'id', description: 'The id, `whk_…`. It never changes.' },
  description:
    'Where an organization is told, by signed messages in the form of Standard Webhooks, of what happens in it. For its Owner and ADMINs.',
  ...guardType('webhook:list', targetOf),
  fields: (t) => ({
    url: t.exposeString('url', { description: 'Where messages are sent.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is for; null when not said.' }),
    events: t.field({
      type: [WebhookEventEnum],
      description: 'What it is told of; empty: everything, also what will be added.',
      resolve: ({ events }) => events.map(event),
    }),
    enabled: t.exposeBoolean('enabled', {
      description: 'Whether messages are sent. It is switched off when a receiver answers 410 (gone), too.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    createdByName: t.exposeString('createdByName', { description: 'The name that its creator had then.' }),
    lastSuccessAt: t.expose('lastSuccessAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the receiver last took a message; null when never.',
    }),
    lastFailureAt: t.expose('lastFailureAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When an attempt last failed; null when never.',
    }),
    lastFailure: t.exposeString('lastFailure', {
      nullable: true,
      description: 'Why that attempt failed; null when none did.',
    }),
    deliveries: t.relatedConnection(
      'deliveries',
      {
        type: WebhookDelivery,
        cursor: 'id',
        description: `Its messages, newest first. Kept for ${DELIVERIES_KEPT_DAYS} days.`,
        complexity: pageComplexity,
        query: (args) => page(args, ORDER.newestFirst),
      },
      DeliveryConnection,
      DeliveryEdge,
    ),
  }),
})

registerNode('Webhook', ({ access, runtime }, ids, query) =>
  runtime.database.prisma.webhook.findMany({
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
        'Where it is told of what happens, oldest first. For its Owner and ADMINs; null, with FORBIDDEN, to others.',
      ...guardField('webhook:list', organizationTarget),
      complexity: pageComplexity,
      query: (args) => page(args, ORDER.oldestFirst),
    },
    WebhookConnection,
    WebhookEdge,
  ),
)
