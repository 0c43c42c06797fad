import { builder } from '../graphql/builder.ts'
import { guardType } from '../graphql/guard.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { visibleDeliveries } from './access.ts'
import { readBody } from './body.ts'
import { event, WebhookDeliveryStatusEnum, WebhookEventEnum } from './enums.ts'
import { messageId } from './message.ts'
import { type DeliveryStatus, statusOf, WITH_STATUS } from './status.ts'

export const WebhookDelivery = builder.prismaNode('WebhookDelivery', {
  id: { field: 'id', description: 'Permanent id, `msg_…`: the `webhook-id` header of every attempt.' },
  description: 'A message to a webhook and its delivery state. Visible to the Owner and ADMINs.',
  select: { webhook: { select: { organizationId: true } } },
  ...guardType('webhook:list', ({ webhook }: { webhook: { organizationId: string } }) => webhook),
  fields: (t) => ({
    webhook: t.relation('webhook', { description: 'Webhook that receives the message.' }),
    messageId: t.string({
      description: 'The same as `id`.',
      deprecationReason: 'Use `id`. Removal not before 2027-12-01.',
      select: { id: true },
      resolve: ({ id }) => messageId(id),
    }),
    event: t.field({
      type: WebhookEventEnum,
      description: 'Event the message reports.',
      select: { event: true },
      resolve: (delivery) => event(delivery.event),
    }),
    status: t.field({
      type: WebhookDeliveryStatusEnum,
      description: 'State of the message.',
      select: { deliveredAt: true, givenUpAt: true },
      resolve: statusOf,
    }),
    body: t.string({
      nullable: true,
      description:
        'JSON body of the message as it would be sent now, without the names of erased people. Null if the message was deleted in the meantime.',
      complexity: 10,
      ownStatement: 2,
      select: { id: true },
      resolve: ({ id }, _args, { runtime }) => readBody(runtime, id),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Time of the event.' }),
    attempts: t.exposeInt('attempts', {
      description: 'Number of attempts started, including one interrupted by a server crash.',
    }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'Time of the next attempt. During an attempt, the time of the retry in case the attempt is interrupted. Null once delivered or failed.',
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

registerNode('WebhookDelivery', ({ access, runtime }, ids, query) =>
  runtime.database.rows.webhookDelivery.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleDeliveries(access)] },
  }),
)

/** Conditions of the list of messages. */
export interface DeliveryArguments {
  status?: DeliveryStatus | null | undefined
}

/** WHERE condition for the messages that match the arguments of a list. */
export const withStatus = ({ status }: DeliveryArguments) => (status ? WITH_STATUS[status] : {})

export const DeliveryEdge = builder.edgeObject({
  type: WebhookDelivery,
  ...edgeFields('WebhookDelivery', 'deliveries'),
})

export const DeliveryConnection = builder.connectionObject(
  connectionFields(
    'WebhookDelivery',
    WebhookDelivery,
    'deliveries',
    ({ runtime }, parent, args: DeliveryArguments, take) =>
      runtime.database.prisma.webhookDelivery.count({
        where: { webhookId: parentId(parent), ...withStatus(args) },
        take,
      }),
  ),
  DeliveryEdge,
)
