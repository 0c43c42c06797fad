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
import { publicActorId, publicTargetId } from './public-ids.ts'

const AuditActorKind = builder.enumType('AuditActorKind', {
  description: 'Who can be behind a change. The list may grow.',
  values: {
    USER: { description: 'A person.' },
    SERVICE_ACCOUNT: { description: 'A service account.' },
    API_KEY: { description: 'A key.' },
    LEGACY_KEY: { description: 'A legacy key.' },
    GATEWAY: { description: 'A gateway.' },
    ANONYMOUS: { description: 'Nobody who is known.' },
    OPERATOR: { description: 'Whoever runs the instance, on its command line, or the instance itself.' },
    SYSTEM: {
      description:
        'The instance, in what it finds and does by itself: alerts, leak reports, webhooks, budgets that are reconciled.',
    },
  },
})

const AuditActor = builder.objectRef<AuditEventRow>('AuditActor').implement({
  description: 'Who made a change, as they were then.',
  fields: (t) => ({
    kind: t.field({
      type: AuditActorKind,
      description: 'What they are.',
      resolve: (event) => event.actorKind as typeof AuditActorKind.$inferType,
    }),
    id: t.id({
      nullable: true,
      description: 'Their id, which may lead to nothing any more; null for who has none.',
      resolve: ({ actorKind, actorId }) => publicActorId(actorKind, actorId),
    }),
    name: t.exposeString('actorName', { nullable: true, description: 'Their name then; null for who has none.' }),
  }),
})

const AuditTarget = builder.objectRef<AuditEventRow>('AuditTarget').implement({
  description: 'What was changed, as it was then.',
  fields: (t) => ({
    type: t.exposeString('targetType', { description: 'The type of the graph, such as `ApiKey`.' }),
    id: t.id({
      description: 'Its id, which may lead to nothing any more.',
      resolve: ({ targetType, targetId }) => publicTargetId(targetType, targetId),
    }),
    name: t.exposeString('targetName', { nullable: true, description: 'Its name then; null where it has none.' }),
  }),
})

const AuditDetail = builder.objectRef<{ name: string; value: unknown }>('AuditDetail').implement({
  description: 'One fact about a change.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it tells, such as `expiresAtBefore`.' }),
    value: t.string({
      nullable: true,
      description: 'The value as text, lists separated by a comma and a space; null where there was none.',
      resolve: ({ value }) =>
        value === null || value === undefined ? null : Array.isArray(value) ? value.join(', ') : String(value),
    }),
  }),
})

const AuditEvent = builder.prismaNode('AuditEvent', {
  id: { field: 'id', description: 'The id, `aud_…`.' },
  description:
    'One change, written in the transaction that made it. Events of an organization are chained by their hashes and never edited.',
  authScopes: (event, { access }) =>
    event.projectId
      ? access.can('audit:readProject', { organizationId: event.organizationId, projectId: event.projectId })
      : access.can('audit:readOrganization', { organizationId: event.organizationId }),
  extensions: { action: 'audit:readProject' },
  fields: (t) => ({
    sequence: t.expose('sequence', {
      type: 'BigInt',
      description: 'Its place in the organization’s chain, from 1, without gaps.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When it happened, by the database’s clock.' }),
    action: t.exposeString('action', { description: 'What happened, such as `apiKey.revoked`.' }),
    actor: t.field({ type: AuditActor, description: 'Who did it.', resolve: (event) => event }),
    target: t.field({ type: AuditTarget, description: 'What it was done to.', resolve: (event) => event }),
    details: t.field({
      type: [AuditDetail],
      description: 'What else is known, such as values before and after. Never a secret.',
      resolve: ({ details }) =>
        Object.entries(typeof details === 'object' && details !== null ? details : {}).map(([name, value]) => ({
          name,
          value,
        })),
    }),
    requestId: t.exposeString('requestId', {
      nullable: true,
      description: 'The request that made the change, as its answer named it; null where there was none.',
    }),
    hash: t.string({
      description: 'SHA-256 over the previous event’s hash and this event, hexadecimal.',
      resolve: ({ hash }) => Buffer.from(hash).toString('hex'),
    }),
  }),
})

registerNode('AuditEvent', ({ access, runtime }, ids, query) =>
  runtime.database.prisma.auditEvent.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleAuditEvents(access)] },
  }),
)

const AuditFilter = builder.inputType('AuditFilter', {
  description: 'Narrows an audit log; everything given has to hold.',
  fields: (t) => ({
    actions: t.stringList({ description: 'Events of any of these actions, such as `apiKey.revoked`.' }),
    actorId: t.id({ description: 'Events of this actor.' }),
    targetId: t.id({ description: 'Events about this thing.' }),
    from: t.field({ type: 'DateTime', description: 'Events from this moment on.' }),
    to: t.field({ type: 'DateTime', description: 'Events before this moment.' }),
  }),
})

type Filter = typeof AuditFilter.$inferInput | null | undefined

function uuidOf(id: string): string {
  const decoded = decodeAnyId(id)
  if (!decoded) throw new RequestError('BAD_REQUEST', 'The filter has something that is not an id.')
  return decoded.uuid
}

const MAX_ACTIONS = 100

function filterWhere(filter: Filter): Prisma.AuditEventWhereInput {
  if (!filter) return {}
  const { actions, actorId, targetId, from, to } = filter
  if (actions && (actions.length > MAX_ACTIONS || actions.some((action) => !/^[\x20-\x7e]{1,100}$/.test(action)))) {
    throw new RequestError('BAD_REQUEST', `Actions are at most ${MAX_ACTIONS} names such as \`apiKey.revoked\`.`)
  }
  return {
    ...(actions ? { action: { in: actions } } : {}),
    ...(actorId != null ? { actorId: uuidOf(actorId) } : {}),
    ...(targetId != null ? { targetId: uuidOf(targetId) } : {}),
    ...(from || to ? { at: { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) } } : {}),
  }
}

/** The order of an audit log: an organization counts its events. */
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
      description: 'What happened in it, newest first. For its Owner and ADMINs; null, with FORBIDDEN, to others.',
      ...guardField('audit:readOrganization', organizationTarget),
      args: { filter: t.arg({ type: AuditFilter, description: 'Which events.' }) },
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
        'What happened in it, newest first. For its ADMINs who are members; null, with FORBIDDEN, to others.',
      ...guardField('audit:readProject', projectTarget),
      args: { filter: t.arg({ type: AuditFilter, description: 'Which events.' }) },
      complexity: pageComplexity,
      query: (args) => page(args, LATEST_FIRST, filterWhere(args.filter)),
    },
    AuditEventConnection,
    AuditEventEdge,
  ),
)
