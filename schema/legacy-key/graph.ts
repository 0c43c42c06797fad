import { builder } from '../graphql/builder.ts'
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
  id: { field: 'id', description: 'The id, `lgk_…`.' },
  description:
    'A deprecated credential of an organization, bound to its default project. For the Owner; it can be regenerated, and neither scoped nor revoked.',
  ...guardType('legacyKey:read', targetOf),
  fields: (t) => ({
    organization: t.relation('organization', { description: 'The organization.' }),
    project: t.relation('project', { description: 'The default project, whose resources alone it reaches.' }),
    start: t.exposeString('start', { description: 'The first characters of its secret, to recognize it by.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was imported.' }),
    regeneratedAt: t.expose('regeneratedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its secret was last replaced; null when never.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its present secret was last used, within a few seconds; null when never.',
    }),
    deprecationNotice: t.string({
      description: 'What to know and what to do instead, for people.',
      resolve: () => NOTICE,
    }),
  }),
})

registerNode('LegacyKey', ({ access, runtime }, ids, query) =>
  runtime.database.prisma.legacyKey.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleLegacyKeys(access)] },
  }),
)

builder.prismaObjectField('Organization', 'legacyKey', (t) =>
  t.prismaField({
    type: LegacyKey,
    nullable: true,
    deprecationReason: 'Use project-scoped API keys. Removal not before 2027-12-01.',
    description:
      'Its legacy key; null when it has none. For the Owner, and the key itself; null, with FORBIDDEN, to others.',
    ...guardField('legacyKey:find', (organization) => ({ organizationId: organization.id })),
    resolve: (query, organization, _args, { access, runtime }) =>
      runtime.database.prisma.legacyKey.findFirst({
        ...query,
        where: { AND: [{ organizationId: organization.id }, visibleLegacyKeys(access)] },
      }),
  }),
)

const ORGANIZATION = { required: true, description: 'The organization, `org_…`.' } as const

const load = (query: object, id: string, runtime: Parameters<typeof importLegacyKey>[0]['runtime']) =>
  runtime.database.prisma.legacyKey.findUniqueOrThrow({ ...query, where: { id } })

const shownPayload = (t: FieldsOf<ShownLegacySecret>) => ({
  legacyKey: t.prismaField({
    type: LegacyKey,
    description: 'The legacy key as it is now.',
    resolve: (query, { legacyKeyId }, _args, { runtime }) => load(query, legacyKeyId, runtime),
  }),
  secret: t.exposeString('secret', { description: 'Its secret.' }),
})

mutation('legacyKeyImport', {
  description:
    'Takes an organization’s legacy key over from another system. It is bound to the default project. For the Owner.',
  input: (t) => ({
    organizationId: t.id(ORGANIZATION),
    secret: t.string({
      required: true,
      description: 'The secret itself, since its Owner may copy it later: 16 to 512 characters.',
    }),
  }),
  payloadDescription: 'The legacy key that was imported.',
  payload: (t: FieldsOf<{ legacyKeyId: string }>) => ({
    legacyKey: t.prismaField({
      type: LegacyKey,
      description: 'The legacy key as it is now.',
      resolve: (query, { legacyKeyId }, _args, { runtime }) => load(query, legacyKeyId, runtime),
    }),
  }),
  errors: ['CONFLICT'],
  resolve: (input, context) => importLegacyKey(context, input),
})

mutation('legacyKeyReveal', {
  description: 'Shows the legacy key’s secret, to copy it. Every showing is in the audit log. For the Owner.',
  input: (t) => ({ organizationId: t.id(ORGANIZATION) }),
  payloadDescription: 'The legacy key with its secret.',
  payload: shownPayload,
  resolve: (input, context) => revealLegacyKey(context, input),
})

mutation('legacyKeyRegenerate', {
  description:
    'Replaces the secret of a legacy key that is compromised: the new one answers everywhere at once, the old one nowhere. For the Owner.',
  input: (t) => ({ organizationId: t.id(ORGANIZATION), idempotencyKey: t.string(IDEMPOTENCY_KEY) }),
  payloadDescription: 'The legacy key with its new secret.',
  payload: shownPayload,
  errors: ['CONFLICT'],
  resolve: (input, context) => regenerateLegacyKey(context, input),
})
