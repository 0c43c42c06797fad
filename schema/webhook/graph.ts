import { builder } from '../graphql/builder.ts'
import { guardField, guardType } from '../graphql/guard.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { ORDER, page, pageComplexity } from '../graphql/pagination/page.ts'
import { targetOf as organizationTarget } from '../organization/access.ts'
import { targetOf, visibleWebhooks } from './access.ts'
import { DeliveryConnection, DeliveryEdge, WebhookDelivery, withStatus } from './delivery-graph.ts'
import { event, WebhookDeliveryStatusEnum, WebhookEventEnum } from './enums.ts'
import { DELIVERIES_KEPT_DAYS } from './retention.ts'

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
        args: {
          status: t.arg({ type: WebhookDeliveryStatusEnum, description: 'Messages in this state. Omitted: all.' }),
        },
        complexity: pageComplexity,
        query: (args) => page(args, ORDER.newestFirst, withStatus(args)),
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
        'Webhooks of the organization, oldest first. Visible to the Owner and ADMINs. Others get null and a FORBIDDEN error.',
      ...guardField('webhook:list', organizationTarget),
      complexity: pageComplexity,
      query: (args) => page(args, ORDER.oldestFirst),
    },
    WebhookConnection,
    WebhookEdge,
  ),
)
