import type { AuditEvent as AuditEventRow, Prisma } from '@keyward/prisma/generated/prisma/client'
import { RequestError } from '../core/errors.ts'
import { decodeAnyId } from '../core/ids.ts'
import { builder } from '../graphql/builder.ts'
import { guardField } from '../graphql/guard.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { byUniqueInteger } from '../graphql/pagination/list-order.ts'
import { page, pageComplexity } from '../graphql/pagination/page.ts'
import { targetOf as organizationTarget } from '../organization/access.ts'
import { targetOf as projectTarget } from '../project/access.ts'
import { visibleAuditEvents } from './access.ts'
import { openName } from './names.ts'
import { publicActorId, publicDetail, publicTargetId } from './public-ids.ts'

const AuditActorKind = builder.enumType('AuditActorKind', {
  description: 'Kind of actor behind a change. More values may be added.',
  values: {
    USER: { description: 'A person.' },
    SERVICE_ACCOUNT: { description: 'A service account.' },
    API_KEY: { description: 'A key of a project.' },
    LEGACY_KEY: { description: 'A legacy key.' },
    GATEWAY: { description: 'A gateway.' },
    ANONYMOUS: { description: 'An unauthenticated caller.' },
    OPERATOR: { description: 'The operator of the instance, on its command line.' },
    SYSTEM: {
      description: 'The instance itself, for alerts, leak reports, webhooks and budget reconciliation.',
    },
  },
})

const AuditActor = builder.objectRef<AuditEventRow>('AuditActor').implement({
  description: 'The actor of a change, as recorded at the time of the change.',
  fields: (t) => ({
    kind: t.field({
      type: AuditActorKind,
      description: 'Kind of actor.',
      resolve: (event) => event.actorKind as typeof AuditActorKind.$inferType,
    }),
    id: t.id({
      nullable: true,
      description: 'Id of the actor, which may since have been deleted. Null for actors without an id.',
      resolve: ({ actorKind, actorId }) => publicActorId(actorKind, actorId),
    }),
    name: t.string({
      nullable: true,
      description: 'Name of the actor at the time of the change, or `Erased person`. Null for actors without a name.',
      resolve: ({ actorName }, _args, context) => actorName && openName(context, actorName),
    }),
  }),
})

const AuditTarget = builder.objectRef<AuditEventRow>('AuditTarget').implement({
  description: 'The changed object, as recorded at the time of the change.',
  fields: (t) => ({
    type: t.exposeString('targetType', { description: 'GraphQL type of the object, such as `ApiKey`.' }),
    id: t.id({
      description: 'Id of the object, which may since have been deleted.',
      resolve: ({ targetType, targetId }) => publicTargetId(targetType, targetId),
    }),
    name: t.string({
      nullable: true,
      description: 'Name of the object at the time of the change, or `Erased person`. Null for objects without a name.',
      resolve: ({ targetName }, _args, context) => targetName && openName(context, targetName),
    }),
  }),
})

const AuditDetail = builder.objectRef<{ name: string; value: unknown }>('AuditDetail').implement({
  description: 'A detail of a change.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name of the detail, such as `expiresAtBefore`.' }),
    value: t.string({
      nullable: true,
      description: 'Value as text; lists are joined with a comma and a space. Null if there was no value.',
      resolve: ({ value }, _args, context) => {
        if (value === null || value === undefined) return null
        return Array.isArray(value) ? value.join(', ') : openName(context, String(value))
      },
    }),
  }),
})

const AuditEvent = builder.prismaNode('AuditEvent', {
  id: { field: 'id', description: 'Permanent id, `aud_…`.' },
  description:
    'Record of a change, written in the same transaction. Events of an organization form a hash chain and are immutable.',
  authScopes: (event, { access }) =>
    event.projectId
      ? access.can('audit:readProject', { organizationId: event.organizationId, projectId: event.projectId })
      : access.can('audit:readOrganization', { organizationId: event.organizationId }),
  extensions: { action: 'audit:readProject' },
  fields: (t) => ({
    sequence: t.expose('sequence', {
      type: 'BigInt',
      description: 'Position in the organization’s chain, starting at 1 without gaps.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'Time of the change by the database’s clock.' }),
    action: t.exposeString('action', { description: 'Name of the change, such as `apiKey.revoked`.' }),
    actor: t.field({ type: AuditActor, description: 'Actor that made the change.', resolve: (event) => event }),
    target: t.field({ type: AuditTarget, description: 'Object that was changed.', resolve: (event) => event }),
    details: t.field({
      type: [AuditDetail],
      description: 'Further details, such as values before and after. Secrets are never included.',
      resolve: ({ details }) =>
        Object.entries(typeof details === 'object' && details !== null ? details : {}).map(([name, value]) => ({
          name,
          value: publicDetail(name, value),
        })),
    }),
    requestId: t.exposeString('requestId', {
      nullable: true,
      description: 'Id of the request that made the change, as in its response. Null if no request was involved.',
    }),
    hash: t.string({
      description: 'SHA-256 of the previous event’s hash and this event, in hexadecimal.',
      resolve: ({ hash }) => Buffer.from(hash).toString('hex'),
    }),
  }),
})

registerNode('AuditEvent', ({ access, runtime }, ids, query) =>
  runtime.database.rows.auditEvent.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleAuditEvents(access)] },
  }),
)

const MAX_ACTIONS = 100

const AuditFilter = builder.inputType('AuditFilter', {
  description: 'Filters an audit log. All given conditions must match.',
  fields: (t) => ({
    actions: t.stringList({
      description: `Events with any of these actions, such as \`apiKey.revoked\`: at most ${MAX_ACTIONS}.`,
    }),
    actorId: t.id({ description: 'Events by the actor with this id.' }),
    targetId: t.id({ description: 'Events about the object with this id.' }),
    from: t.field({ type: 'DateTime', description: 'Events at or after this time.' }),
    to: t.field({ type: 'DateTime', description: 'Events before this time.' }),
  }),
})

type Filter = typeof AuditFilter.$inferInput | null | undefined

function uuidOf(id: string): string {
  const decoded = decodeAnyId(id)
  if (!decoded) throw new RequestError('BAD_REQUEST', 'The filter contains a value that is not an id.')
  return decoded.uuid
}

function filterWhere(filter: Filter): Prisma.AuditEventWhereInput {
  if (!filter) return {}
  const { actions, actorId, targetId, from, to } = filter
  if (actions && (actions.length > MAX_ACTIONS || actions.some((action) => !/^[\x20-\x7e]{1,100}$/.test(action)))) {
    throw new RequestError(
      'BAD_REQUEST',
      `The filter may contain at most ${MAX_ACTIONS} actions, such as \`apiKey.revoked\`.`,
    )
  }
  return {
    ...(actions ? { action: { in: actions } } : {}),
    ...(actorId != null ? { actorId: uuidOf(actorId) } : {}),
    ...(targetId != null ? { targetId: uuidOf(targetId) } : {}),
    ...(from || to ? { at: { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) } } : {}),
  }
}

/** The order of an audit log, by the number that an organization gives each of its events. */
const LATEST_FIRST = byUniqueInteger('sequence', 'desc')

const AuditEventEdge = builder.edgeObject({ type: AuditEvent, ...edgeFields('AuditEvent', 'audit events') })
const AuditEventConnection = builder.connectionObject(
  connectionFields('AuditEvent', AuditEvent, 'audit events', ({ runtime }, parent, args: { filter?: Filter }, take) => {
    const id = parentId(parent)
    const isProject = typeof parent === 'object' && parent !== null && 'organizationId' in parent
    return runtime.database.prisma.auditEvent.count({
      where: { AND: [isProject ? { projectId: id } : { organizationId: id }, filterWhere(args.filter)] },
      take,
    })
  }),
  AuditEventEdge,
)

builder.prismaObjectField('Organization', 'auditLog', (t) =>
  t.relatedConnection(
    'auditEvents',
    {
      type: AuditEvent,
      cursor: 'id',
      nullable: true,
      description:
        'Audit events of the organization, newest first. Visible to the Owner and ADMINs. Others get null and a FORBIDDEN error.',
      ...guardField('audit:readOrganization', organizationTarget),
      args: { filter: t.arg({ type: AuditFilter, description: 'Conditions that events must match.' }) },
      complexity: pageComplexity,
      query: (args) => page(args, LATEST_FIRST, filterWhere(args.filter)),
    },
    AuditEventConnection,
    AuditEventEdge,
  ),
)

builder.prismaObjectField('Project', 'auditLog', (t) =>
  t.relatedConnection(
    'auditEvents',
    {
      type: AuditEvent,
      cursor: 'id',
      nullable: true,
      description:
        'Audit events of the project, newest first. Visible to its ADMINs, except external ones. Others get null and a FORBIDDEN error.',
      ...guardField('audit:readProject', projectTarget),
      args: { filter: t.arg({ type: AuditFilter, description: 'Conditions that events must match.' }) },
      complexity: pageComplexity,
      query: (args) => page(args, LATEST_FIRST, filterWhere(args.filter)),
    },
    AuditEventConnection,
    AuditEventEdge,
  ),
)
