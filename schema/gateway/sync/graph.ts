import { RequestError, unauthenticated } from '../../core/errors.ts'
import { INSTANCE } from '../../core/policy.ts'
import { builder } from '../../graphql/builder.ts'
import { mutation } from '../../graphql/mutation.ts'
import type { FieldsOf } from '../../graphql/types.ts'
import { DenialReasonEnum } from '../../verification/graph.ts'
import { outageGraceOf } from '../../verification/verifier.ts'
import { leavable } from '../../write/leavable.ts'
import { encodeCursor } from '../../write/outbox/cursor.ts'
import { acknowledge, MAX_DENIALS, MAX_DENIED, MAX_USED, noteConnection } from './service.ts'
import { type Message, sync } from './sync.ts'

const SyncRef = builder.objectRef<Message>('GatewaySync').implement({
  description: 'Changes that keep a gateway’s memory current.',
  fields: (t) => ({
    cursor: t.string({
      description:
        'Position of the last change in this message. Continue from it, and acknowledge it once its changes are applied.',
      resolve: ({ point }) => encodeCursor(point),
    }),
    subjects: t.exposeStringList('subjects', {
      description: 'Subjects that changed. Every row that has one of them is outdated.',
    }),
    recalls: t.exposeStringList('recalls', {
      description: 'Limits that others wait for, by `GatewayLimit.subject`. Return their unused leased amounts.',
    }),
    asOf: t.expose('asOf', {
      type: 'DateTime',
      description: 'Time up to which every committed change is considered. It stops while the database is unreachable.',
    }),
    now: t.expose('now', { type: 'DateTime', description: 'Time of the database. Expirations follow this clock.' }),
    outageGraceSeconds: t.int({
      description:
        'How long after `asOf` known credentials may still be decided while the server is unreachable, in seconds. 0: not at all.',
      resolve: (_message, _args, { runtime }) => outageGraceOf(runtime.settings),
    }),
  }),
})

const GatewayDenialInput = builder.inputType('GatewayDenialInput', {
  description: 'Denied requests of a credential, for one reason.',
  fields: (t) => ({
    credentialId: t.id({ required: true, description: 'Credential, by `GatewayCredential.credentialId`.' }),
    organizationId: t.id({ required: true, description: 'Its organization, `org_…`.' }),
    projectId: t.id({ required: true, description: 'Its project, `prj_…`.' }),
    reason: t.field({ type: DenialReasonEnum, required: true, description: 'Reason for the denials.' }),
    count: t.int({ required: true, description: `Number of denied requests, 1 to ${MAX_DENIALS}.` }),
  }),
})

const GatewayDenialsInput = builder.inputType('GatewayDenialsInput', {
  description: 'Requests that the gateway denied since its last batch.',
  fields: (t) => ({
    batchId: t.string({ required: true, description: 'UUID of the batch. A repeated batch counts once.' }),
    counts: t.field({
      type: [GatewayDenialInput],
      required: true,
      description: `Counts, at most ${MAX_DENIED}. Unknown credentials are ignored.`,
    }),
  }),
})

mutation('gatewayAcknowledge', {
  description:
    'Acknowledges changes and reports used credentials. Returns the changes after the cursor. Call it after applying changes, and every few seconds: a silent gateway counts as gone. For gateways; FORBIDDEN to others.',
  input: (t) => ({
    connectionId: t.string({ required: true, description: 'UUID of the gateway’s process.' }),
    cursor: t.string({ description: 'Cursor of the last applied change. Without it, changes from now on.' }),
    used: t.stringList({
      description: `The \`useId\` of each credential allowed since the last call, once each, at most ${MAX_USED}.`,
    }),
    denials: t.field({
      type: GatewayDenialsInput,
      description: 'Denied requests. They count in the current hour.',
    }),
    leaving: t.boolean({ description: 'Whether the process stops. Nobody waits for it afterwards.' }),
  }),
  payloadDescription: 'Changes that the gateway does not know yet.',
  payload: (t: FieldsOf<{ sync: Message }>) => ({
    sync: t.expose('sync', { type: SyncRef, description: 'Changes after the cursor.' }),
  }),
  resolve: (input, context) => acknowledge(context, input),
})

builder.subscriptionField('gatewaySync', (t) =>
  t.field({
    type: SyncRef,
    description:
      'Sends changes to a gateway as they happen, and a message at least once a second. Ends when the gateway is removed or its token is rotated. For gateways; FORBIDDEN to others.',
    args: {
      connectionId: t.arg.string({ required: true, description: 'UUID of the gateway’s process.' }),
      after: t.arg.string({
        description: 'Cursor of the last applied change, at most 30 days old. Without it, changes from now on.',
      }),
    },
    subscribe: async (_root, { connectionId, after }, context) => {
      const { access, runtime } = context
      const { actor } = access
      if (actor.kind === 'ANONYMOUS') throw unauthenticated()
      if (actor.kind !== 'GATEWAY' || !access.can('gateway:sync', INSTANCE)) {
        throw new RequestError('FORBIDDEN', 'This is for gateways.')
      }
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(connectionId)) {
        throw new RequestError('BAD_REQUEST', '`connectionId` is a UUID.')
      }
      const gatewayId = actor.id
      const noted = await noteConnection(runtime, { connectionId, gatewayId, cursor: after })
      if ('problem' in noted) {
        const argument = noted.of === 'cursor' ? 'after' : noted.of
        throw new RequestError('BAD_REQUEST', `\`${argument}\` ${noted.problem}`)
      }
      const end = runtime.gatewayStreams.begin(actor)
      return leavable((signal) => sync(context, { connectionId, gatewayId, after: noted.point }, signal), end)
    },
    resolve: (message) => message,
  }),
)
