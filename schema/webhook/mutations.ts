import { mutation } from '../graphql/mutation.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { organizationPayload } from '../organization/graph.ts'
import { IDEMPOTENCY_KEY } from '../write/idempotency/field.ts'
import { WebhookDelivery } from './delivery-graph.ts'
import { WebhookEventEnum } from './enums.ts'
import { Webhook } from './graph.ts'
import { MAX_DESCRIPTION, MAX_URL } from './input.ts'
import { MAX_RESENT, type Resent, resendAll, resendOne } from './resend.ts'
import { DELIVERIES_KEPT_DAYS } from './retention.ts'
import { RETRY_SECONDS } from './schedule.ts'
import {
  createWebhook,
  DEFAULT_OVERLAP_SECONDS,
  type IssuedSigningSecret,
  MAX_OVERLAP_SECONDS,
  removeWebhook,
  rotateWebhookSecret,
  testWebhook,
  updateWebhook,
  webhookRemoval,
} from './service.ts'

const ID = { required: true, description: 'Id of the webhook, `whk_…`.' } as const
const URL_RULE = `HTTPS URL of a public host, at most ${MAX_URL} characters, without a user name or password. With \`KEYWARD_WEBHOOK_PRIVATE_TARGETS=allow\` on the server, also \`http://\` and hosts that are not public.`
const DESCRIPTION = `Purpose of the webhook: at most ${MAX_DESCRIPTION} characters.`
const EVENTS = 'Subscribed events. Empty subscribes to all, including future ones.'

const webhookPayload = (t: FieldsOf<{ webhookId: string }>) => ({
  webhook: t.prismaField({
    type: Webhook,
    description: 'The webhook after the change.',
    resolve: (query, { webhookId }, _args, { runtime }) =>
      runtime.database.rows.webhook.findUniqueOrThrow({ ...query, where: { id: webhookId } }),
  }),
})

const secretPayload = (t: FieldsOf<IssuedSigningSecret>) => ({
  webhook: t.prismaField({
    type: Webhook,
    description: 'The webhook after the change.',
    resolve: (query, { webhookId }, _args, { runtime }) =>
      runtime.database.rows.webhook.findUniqueOrThrow({ ...query, where: { id: webhookId } }),
  }),
  secret: t.exposeString('secret', {
    description: 'Signing secret, `whsec_…`, with which the receiver verifies messages. Returned only once.',
  }),
})

mutation('webhookCreate', {
  description: 'Creates a webhook and returns its signing secret once. Requires OWNER or ADMIN.',
  input: (t) => ({
    organizationId: t.id({ required: true, description: 'Id of the organization, `org_…`.' }),
    url: t.string({ required: true, description: URL_RULE }),
    description: t.string({ description: `${DESCRIPTION}` }),
    events: t.field({ type: [WebhookEventEnum], description: `${EVENTS} Default: all.` }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
  payloadDescription: 'The created webhook with its signing secret.',
  payload: secretPayload,
  errors: ['CONFLICT', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => createWebhook(context, input),
})

mutation('webhookUpdate', {
  description:
    'Changes a webhook. The input replaces its URL, description or events, or enables or disables it. Disabling a webhook discards its pending messages. Requires OWNER or ADMIN.',
  input: (t) => ({
    id: t.id(ID),
    url: t.string({ description: `${URL_RULE} Omitted: unchanged.` }),
    description: t.string({ description: `${DESCRIPTION} Empty clears it. Omitted: unchanged.` }),
    events: t.field({ type: [WebhookEventEnum], description: `${EVENTS} Omitted: unchanged.` }),
    enabled: t.boolean({ description: 'Whether messages are sent. Omitted: unchanged.' }),
  }),
  payloadDescription: 'The changed webhook.',
  payload: webhookPayload,
  resolve: (input, context) => updateWebhook(context, input),
})

mutation('webhookRemove', {
  description:
    'Removes a webhook and its messages. Pending messages are not sent. Removing it again changes nothing and succeeds. Requires OWNER or ADMIN.',
  removes: { rule: webhookRemoval, again: ({ organizationId }) => ({ organizationId }) },
  input: (t) => ({ id: t.id(ID) }),
  payloadDescription: 'The organization after the removal.',
  payload: organizationPayload,
  resolve: (input, context) => removeWebhook(context, input),
})

mutation('webhookSecretRotate', {
  description:
    'Rotates a webhook’s signing secret and returns the new one once. Messages carry both signatures until the overlap ends. Requires OWNER or ADMIN.',
  input: (t) => ({
    id: t.id(ID),
    overlapSeconds: t.int({
      description: `Overlap during which both secrets sign, in seconds: 0 to ${MAX_OVERLAP_SECONDS}. Default ${DEFAULT_OVERLAP_SECONDS}. If there is a third, older secret, it stops signing at once.`,
    }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
  payloadDescription: 'The webhook with its new signing secret.',
  payload: secretPayload,
  errors: ['CONFLICT'],
  resolve: (input, context) => rotateWebhookSecret(context, input),
})

mutation('webhookTest', {
  description: `Sends a test message to a webhook, with up to ${RETRY_SECONDS.length + 1} attempts. The state of the message appears in \`Webhook.deliveries\`. Requires OWNER or ADMIN.`,
  input: (t) => ({ id: t.id(ID) }),
  payloadDescription: 'The tested webhook.',
  payload: webhookPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => testWebhook(context, input),
})

mutation('webhookDeliveryResend', {
  description: `Sends a message again, with the same id and up to ${RETRY_SECONDS.length + 1} attempts. The message may already have been delivered. Receivers can recognize a repeated message by its id. Requires OWNER or ADMIN.`,
  input: (t) => ({ id: t.id({ required: true, description: 'Id of the message, `msg_…`.' }) }),
  payloadDescription: 'The message, which will be sent again.',
  payload: (t: FieldsOf<{ deliveryId: string }>) => ({
    webhookDelivery: t.prismaField({
      type: WebhookDelivery,
      description: 'The message after the change.',
      resolve: (query, { deliveryId }, _args, { runtime }) =>
        runtime.database.rows.webhookDelivery.findUniqueOrThrow({ ...query, where: { id: deliveryId } }),
    }),
  }),
  errors: ['INVALID_STATE'],
  resolve: (input, context) => resendOne(context, input),
})

mutation('webhookDeliveriesResend', {
  description: `Sends failed messages of a webhook again, for example after an outage of its receiver. Sends at most ${MAX_RESENT}, oldest first. Requires OWNER or ADMIN.`,
  input: (t) => ({
    webhookId: t.id(ID),
    since: t.field({
      type: 'DateTime',
      required: true,
      description: `Earliest time of the events. Messages are retained for ${DELIVERIES_KEPT_DAYS} days.`,
    }),
  }),
  payloadDescription: 'The number of messages that will be sent again.',
  payload: (t: FieldsOf<Resent>) => ({
    ...webhookPayload(t),
    resentCount: t.exposeInt('count', { description: `Number of messages sent again, at most ${MAX_RESENT}.` }),
    hasMore: t.exposeBoolean('hasMore', {
      description: 'Whether more failed messages remain. Repeat the mutation for them.',
    }),
  }),
  errors: ['INVALID_STATE'],
  resolve: (input, context) => resendAll(context, input),
})
