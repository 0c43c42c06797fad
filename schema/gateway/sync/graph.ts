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
        'Position of the last change in this message. Acknowledge it after applying the changes, and pass it as `after` to continue.',
      resolve: ({ point }) => encodeCursor(point),
    }),
    subjects: t.exposeStringList('subjects', {
      description: 'Objects that changed. Every row whose `subjects` contain one of them is outdated.',
    }),
    recalls: t.exposeStringList('recalls', {
      description:
        'Limits for which other servers or gateways are waiting, by `GatewayLimit.subject`. Return the unused amounts that you have leased from them.',
    }),
    asOf: t.expose('asOf', {
      type: 'DateTime',
      description:
        'Every change committed before this time is considered. It does not advance while the database is unreachable.',
    }),
    now: t.expose('now', { type: 'DateTime', description: 'Time of the database. Expirations follow this clock.' }),
    outageGraceSeconds: t.int({
      description:
        'Seconds after `asOf` for which known credentials may still be decided while the server is unreachable. 0: not at all.',
      resolve: (_message, _args, { runtime }) => outageGraceOf(runtime.settings),
    }),
  }),
})

const GatewayDenialInput = builder.inputType('GatewayDenialInput', {
  description: 'Denied requests of a credential, for one reason.',
  fields: (t) => ({
    credentialId: t.id({ required: true, description: 'Id of the credential, from `GatewayCredential.credentialId`.' }),
    organizationId: t.id({ required: true, description: 'Organization of the credential, `org_…`.' }),
    projectId: t.id({ required: true, description: 'Project of the credential, `prj_…`.' }),
    reason: t.field({ type: DenialReasonEnum, required: true, description: 'Reason for the denials.' }),
    count: t.int({ required: true, description: `Number of denied requests, 1 to ${MAX_DENIALS}.` }),
  }),
})

const GatewayDenialsInput = builder.inputType('GatewayDenialsInput', {
  description: 'Requests that the gateway denied since its last batch.',
  fields: (t) => ({
    batchId: t.string({
      required: true,
      description: 'UUID of the batch. A batch that is sent repeatedly is counted once.',
    }),
    counts: t.field({
      type: [GatewayDenialInput],
      required: true,
      description: `Counts, at most ${MAX_DENIED}. Unknown credentials are ignored.`,
    }),
  }),
})

mutation('gatewayAcknowledge', {
  description:
    'Acknowledges changes and reports used credentials. Returns the changes after the cursor. Call it after applying changes, and at least every few seconds. A process that stops calling it is treated as stopped. Available to gateways only; others get a FORBIDDEN error.',
  input: (t) => ({
    connectionId: t.string({ required: true, description: 'UUID of the gateway’s process.' }),
    cursor: t.string({ description: 'Cursor of the last applied change. Omitted: only changes from now on.' }),
    used: t.stringList({
      description: `The \`useId\` of each credential that was allowed since the last call, at most ${MAX_USED}, without duplicates.`,
    }),
    denials: t.field({
      type: GatewayDenialsInput,
      description: 'Requests that the gateway denied. They are counted in the current hour.',
    }),
    leaving: t.boolean({
      description: 'Whether the process is shutting down. The server then no longer waits for its acknowledgements.',
    }),
  }),
  payloadDescription: 'Changes that the gateway has not yet received.',
  payload: (t: FieldsOf<{ sync: Message }>) => ({
    sync: t.expose('sync', { type: SyncRef, description: 'Changes after the cursor.' }),
  }),
  resolve: (input, context) => acknowledge(context, input),
})

builder.subscriptionField('gatewaySync', (t) =>
  t.field({
    type: SyncRef,
    description:
      'Sends the calling gateway each change as soon as it is committed. Sends a message at least once a second, even without changes. The stream ends when the gateway is removed or its token is rotated. Available to gateways only; others get a FORBIDDEN error.',
    args: {
      connectionId: t.arg.string({ required: true, description: 'UUID of the gateway’s process.' }),
      after: t.arg.string({
        description: 'Cursor of the last applied change, at most 30 days old. Omitted: only changes from now on.',
      }),
    },
    subscribe: async (_root, { connectionId, after }, context) => {
      const { access, runtime } = context
      const { actor } = access
      if (actor.kind === 'ANONYMOUS') throw unauthenticated()
      if (actor.kind !== 'GATEWAY' || !access.can('gateway:sync', INSTANCE)) {
        throw new RequestError('FORBIDDEN', 'Only gateways may subscribe to this.')
      }
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(connectionId)) {
        throw new RequestError('BAD_REQUEST', '`connectionId` must be a UUID.')
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
