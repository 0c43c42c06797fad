import { mutation } from '../graphql/mutation.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { organizationPayload } from '../organization/graph.ts'
import { IDEMPOTENCY_KEY } from '../write/idempotency/field.ts'
import { Webhook, WebhookEventEnum } from './graph.ts'
import { MAX_DESCRIPTION, MAX_URL } from './input.ts'
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
} from './service.ts'

const ID = { required: true, description: 'The webhook, `whk_…`.' } as const
const URL_RULE = `An https:// URL of at most ${MAX_URL} characters, without a user or a password, of a host on the public internet.`
const DESCRIPTION = `What it is for: at most ${MAX_DESCRIPTION} characters`
const EVENTS = 'What it is told of; empty: everything, also what will be added'

const webhookPayload = (t: FieldsOf<{ webhookId: string }>) => ({
  webhook: t.prismaField({
    type: Webhook,
    description: 'The webhook as it is now.',
    resolve: (query, { webhookId }, _args, { runtime }) =>
      runtime.database.prisma.webhook.findUniqueOrThrow({ ...query, where: { id: webhookId } }),
  }),
})

const secretPayload = (t: FieldsOf<IssuedSigningSecret>) => ({
  webhook: t.prismaField({
    type: Webhook,
    description: 'The webhook as it is now.',
    resolve: (query, { webhookId }, _args, { runtime }) =>
      runtime.database.prisma.webhook.findUniqueOrThrow({ ...query, where: { id: webhookId } }),
  }),
  secret: t.exposeString('secret', {
    description: 'The secret that signs messages, `whsec_…`, for the receiver to verify them with. Shown this once.',
  }),
})

mutation('webhookCreate', {
  description: 'Creates a webhook and shows its signing secret, once. For the organization’s Owner and ADMINs.',
  input: (t) => ({
    organizationId: t.id({ required: true, description: 'The organization, `org_…`.' }),
    url: t.string({ required: true, description: URL_RULE }),
    description: t.string({ description: `${DESCRIPTION}.` }),
    events: t.field({ type: [WebhookEventEnum], description: `${EVENTS}, as when not given.` }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
  payloadDescription: 'The webhook, and its signing secret.',
  payload: secretPayload,
  errors: ['CONFLICT', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => createWebhook(context, input),
})

mutation('webhookUpdate', {
  description:
    'Changes where messages go, what they tell of, or whether any are sent. What is on its way to a webhook that is disabled is given up. For the organization’s Owner and ADMINs.',
  input: (t) => ({
    id: t.id(ID),
    url: t.string({ description: `${URL_RULE} As it is if not given.` }),
    description: t.string({ description: `${DESCRIPTION}; empty: none. As it is if not given.` }),
    events: t.field({ type: [WebhookEventEnum], description: `${EVENTS}. As they are if not given.` }),
    enabled: t.boolean({ description: 'Whether messages are sent. As it is if not given.' }),
  }),
  payloadDescription: 'The webhook that was changed.',
  payload: webhookPayload,
  resolve: (input, context) => updateWebhook(context, input),
})

mutation('webhookRemove', {
  description:
    'Removes a webhook, with its messages. What is on its way is not sent. For the organization’s Owner and ADMINs.',
  input: (t) => ({ id: t.id(ID) }),
  payloadDescription: 'What was left.',
  payload: organizationPayload,
  resolve: (input, context) => removeWebhook(context, input),
})

mutation('webhookSecretRotate', {
  description:
    'Gives a webhook a new signing secret, shown once. Until the overlap ends, messages are signed with the old one too, so that the receiver can change over. For the organization’s Owner and ADMINs.',
  input: (t) => ({
    id: t.id(ID),
    overlapSeconds: t.int({
      description: `For how many seconds the old secret signs too: 0 to ${MAX_OVERLAP_SECONDS}, ${DEFAULT_OVERLAP_SECONDS} if not given. A secret from before the old one stops at once.`,
    }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
  payloadDescription: 'The webhook, and its new signing secret.',
  payload: secretPayload,
  errors: ['CONFLICT'],
  resolve: (input, context) => rotateWebhookSecret(context, input),
})

mutation('webhookTest', {
  description: `Sends a test message to a webhook, like any other: what became of it is in \`deliveries\`, and it is tried up to ${RETRY_SECONDS.length + 1} times. For the organization’s Owner and ADMINs.`,
  input: (t) => ({ id: t.id(ID) }),
  payloadDescription: 'The webhook that is tried.',
  payload: webhookPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => testWebhook(context, input),
})
