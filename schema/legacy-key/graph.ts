import { builder } from '../graphql/builder.ts'
import { registerHolder } from '../graphql/error/holder.ts'
import { guardField, guardType } from '../graphql/guard.ts'
import { mutation } from '../graphql/mutation.ts'
import { registerNode } from '../graphql/node/registry.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { IDEMPOTENCY_KEY } from '../write/idempotency/field.ts'
import { visibleLegacyKeys } from './access.ts'
import { importLegacyKey, regenerateLegacyKey, revealLegacyKey, type ShownLegacySecret } from './service.ts'

const NOTICE =
  'Legacy keys are deprecated: they cannot be scoped to a project or workload, and cannot be revoked. Create project-scoped keys instead, and do not use this key in production.'

const targetOf = (key: { id: string; organizationId: string; projectId: string }) => ({
  organizationId: key.organizationId,
  projectId: key.projectId,
  keyId: key.id,
})

export const LegacyKey = builder.prismaNode('LegacyKey', {
  id: { field: 'id', description: 'Permanent id, `lgk_…`.' },
  description:
    'A deprecated credential of an organization, bound to its default project. It can be regenerated, but not scoped or revoked. Visible to the Owner.',
  ...guardType('legacyKey:read', targetOf),
  fields: (t) => ({
    organization: t.relation('organization', { description: 'Organization that owns the key.' }),
    project: t.relation('project', {
      description: 'Default project of the organization. The key can access the resources of this project only.',
    }),
    start: t.exposeString('start', { description: 'First characters of the secret, for display.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Import time.' }),
    regeneratedAt: t.expose('regeneratedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of the last regeneration. Null if never regenerated.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of last use of the current secret, accurate to a few seconds. Null if never used.',
    }),
    deprecationNotice: t.string({
      description: 'Human-readable deprecation notice with the recommended alternative.',
      resolve: () => NOTICE,
    }),
  }),
})

registerNode('LegacyKey', ({ access, runtime }, ids, query) =>
  runtime.database.rows.legacyKey.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleLegacyKeys(access)] },
  }),
)

registerHolder('LegacyKey', async ({ access, runtime }, held) => {
  const organizationIds = held.map(({ organizationId }) => organizationId)
  const rows = await runtime.database.prisma.legacyKey.findMany({
    where: { AND: [{ organizationId: { in: organizationIds } }, visibleLegacyKeys(access)] },
    select: { id: true, organizationId: true },
  })
  return ({ organizationId }) => {
    const row = rows.find((each) => each.organizationId === organizationId)
    return row && { id: row.id, name: null }
  }
})

builder.prismaObjectField('Organization', 'legacyKey', (t) =>
  t.prismaField({
    type: LegacyKey,
    nullable: true,
    deprecationReason: 'Use project-scoped API keys. Removal not before 2027-12-01.',
    description:
      'Legacy key of the organization. Null if there is none. Visible to the Owner and the key itself. Others get null and a FORBIDDEN error.',
    ...guardField('legacyKey:find', (organization) => ({ organizationId: organization.id })),
    ownStatement: true,
    resolve: (query, organization, _args, { access, runtime }) =>
      runtime.database.rows.legacyKey.findFirst({
        ...query,
        where: { AND: [{ organizationId: organization.id }, visibleLegacyKeys(access)] },
      }),
  }),
)

const ORGANIZATION = { required: true, description: 'Id of the organization, `org_…`.' } as const

const load = (query: object, id: string, runtime: Parameters<typeof importLegacyKey>[0]['runtime']) =>
  runtime.database.rows.legacyKey.findUniqueOrThrow({ ...query, where: { id } })

const shownPayload = (t: FieldsOf<ShownLegacySecret>) => ({
  legacyKey: t.prismaField({
    type: LegacyKey,
    description: 'The legacy key.',
    resolve: (query, { legacyKeyId }, _args, { runtime }) => load(query, legacyKeyId, runtime),
  }),
  secret: t.exposeString('secret', { description: 'Secret of the legacy key.' }),
})

mutation('legacyKeyImport', {
  description:
    'Imports an organization’s legacy key from another system and binds it to the default project. Requires OWNER.',
  input: (t) => ({
    organizationId: t.id(ORGANIZATION),
    secret: t.string({
      required: true,
      description:
        'Secret of the key: 16 to 512 characters. It is stored encrypted, so that the Owner can copy it later.',
    }),
  }),
  payloadDescription: 'The imported legacy key.',
  payload: (t: FieldsOf<{ legacyKeyId: string }>) => ({
    legacyKey: t.prismaField({
      type: LegacyKey,
      description: 'The legacy key.',
      resolve: (query, { legacyKeyId }, _args, { runtime }) => load(query, legacyKeyId, runtime),
    }),
  }),
  errors: ['CONFLICT'],
  resolve: (input, context) => importLegacyKey(context, input),
})

mutation('legacyKeyReveal', {
  description: 'Returns the legacy key’s secret. Every call is recorded in the audit log. Requires OWNER.',
  input: (t) => ({ organizationId: t.id(ORGANIZATION) }),
  payloadDescription: 'The legacy key with its secret.',
  payload: shownPayload,
  resolve: (input, context) => revealLegacyKey(context, input),
})

mutation('legacyKeyRegenerate', {
  description:
    'Replaces the secret of a legacy key. The new secret works everywhere at once; the old one stops working. Requires OWNER.',
  input: (t) => ({ organizationId: t.id(ORGANIZATION), idempotencyKey: t.string(IDEMPOTENCY_KEY) }),
  payloadDescription: 'The legacy key with its new secret.',
  payload: shownPayload,
  errors: ['CONFLICT'],
  resolve: (input, context) => regenerateLegacyKey(context, input),
})
