import { builder } from '../graphql/builder.ts'
import { registerHolder } from '../graphql/error/holder.ts'
import { guardField } from '../graphql/guard.ts'
import { mutation } from '../graphql/mutation.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { ORDER, page, pageComplexity } from '../graphql/pagination/page.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { targetOf } from '../organization/access.ts'
import { Organization } from '../organization/graph.ts'
import { OrganizationRoleEnum } from '../role/graph.ts'
import { Principal, principalOf } from '../user/principal.ts'
import { IDEMPOTENCY_KEY } from '../write/idempotency/field.ts'
import { visibleServiceAccounts } from './access.ts'
import { ServiceAccount } from './graph.ts'
import { type EndedTokens, NO_TOKENS } from './seen-tokens.ts'
import { endedTokensFields, KEEP_TOKENS_OF, vouchForTokens } from './seen-tokens-graph.ts'
import {
  createServiceAccount,
  removeServiceAccount,
  rotateServiceAccountToken,
  serviceAccountRemoval,
} from './service.ts'
import { MAX_OVERLAP_SECONDS } from './token.ts'

builder.prismaObjectField('ServiceAccount', 'createdBy', (t) =>
  t.field({
    type: Principal,
    nullable: true,
    description: 'Creator of the service account. Null once the creator is deleted.',
    ...guardField('user:readName', (account) => ({ organizationId: account.organizationId })),
    select: (_args, _context, nested) => ({
      createdByUser: nested(true, [], 'User'),
      createdByServiceAccount: nested(true, [], 'ServiceAccount'),
    }),
    resolve: (account, _args, context) => principalOf(context, account.createdByUser, account.createdByServiceAccount),
  }),
)

registerNode('ServiceAccount', async (context, ids, query) => {
  const rows = await context.runtime.database.rows.serviceAccount.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleServiceAccounts(context.access)] },
  })
  return rows.map((row) => context.vouch(row))
})

registerHolder('ServiceAccount', async ({ access, runtime }, held) => {
  const rows = await runtime.database.prisma.serviceAccount.findMany({
    where: {
      AND: [
        { OR: held.map(({ organizationId, nameKey }) => ({ organizationId, nameKey })) },
        visibleServiceAccounts(access),
      ],
    },
    select: { id: true, name: true, organizationId: true, nameKey: true },
  })
  return (value) => rows.find((row) => row.organizationId === value.organizationId && row.nameKey === value.nameKey)
})

builder.prismaObjectField('ServiceAccount', 'tokenSeenBy', (t) =>
  t.field({
    type: Principal,
    nullable: true,
    description:
      'Person who last saw the token because they created or rotated it, directly or with another service account’s token. Null if unknown or deleted. Visible to the Owner and ADMINs. Others get null and a FORBIDDEN error.',
    ...guardField('serviceAccount:list', (account) => ({ organizationId: account.organizationId })),
    select: (_args, _context, nested) => ({ tokenSeenByUser: nested(true, [], 'User') }),
    resolve: ({ tokenSeenByUser }, _args, context) => principalOf(context, tokenSeenByUser, null),
  }),
)

const EXPIRATION = {
  expiresAt: 'Expiration time of the token, in the future. Omitted or null: the token does not expire.',
  expiresInSeconds:
    'Lifetime of the token in seconds, counted by the database’s clock. Give this or `expiresAt`, not both.',
}

const ServiceAccountEdge = builder.edgeObject({
  type: ServiceAccount,
  ...edgeFields('ServiceAccount', 'service accounts'),
})
const ServiceAccountConnection = builder.connectionObject(
  connectionFields('ServiceAccount', ServiceAccount, 'service accounts', ({ runtime }, parent, _args, take) =>
    runtime.database.prisma.serviceAccount.count({ where: { organizationId: parentId(parent) }, take }),
  ),
  ServiceAccountEdge,
)

builder.prismaObjectField('Organization', 'serviceAccounts', (t) =>
  t.relatedConnection(
    'serviceAccounts',
    {
      type: ServiceAccount,
      cursor: 'id',
      nullable: true,
      description:
        'Service accounts of the organization, oldest first. Visible to the Owner and ADMINs. Others get null and a FORBIDDEN error.',
      ...guardField('serviceAccount:list', targetOf),
      complexity: pageComplexity,
      query: (args) => page(args, ORDER.oldestFirst),
    },
    ServiceAccountConnection,
    ServiceAccountEdge,
  ),
)

const tokenPayload = (t: FieldsOf<{ serviceAccountId: string; token: string }>) => ({
  serviceAccount: t.prismaField({
    type: ServiceAccount,
    description: 'The service account after the change.',
    resolve: async (query, { serviceAccountId }, _args, context) =>
      context.vouch(
        await context.runtime.database.rows.serviceAccount.findUniqueOrThrow({
          ...query,
          where: { id: serviceAccountId },
        }),
      ),
  }),
  token: t.exposeString('token', { description: 'Token, `kw_svc_…`. Returned only once; only its hash is stored.' }),
})

mutation('serviceAccountCreate', {
  description: 'Creates a service account and returns its first token once. Requires OWNER or ADMIN.',
  input: (t) => ({
    organizationId: t.id({ required: true, description: 'Id of the organization, `org_…`.' }),
    name: t.string({
      required: true,
      description: 'Name: 1 to 100 characters, unique among the organization’s service accounts.',
    }),
    role: t.field({
      type: OrganizationRoleEnum,
      required: true,
      description: 'Role to grant: ADMIN or MEMBER, not higher than your own.',
    }),
    expiresAt: t.field({ type: 'DateTime', description: EXPIRATION.expiresAt }),
    expiresInSeconds: t.int({ description: EXPIRATION.expiresInSeconds }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
  payloadDescription: 'The created service account with its token.',
  payload: tokenPayload,
  errors: ['CONFLICT', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => createServiceAccount(context, input),
})

mutation('serviceAccountTokenRotate', {
  description:
    'Rotates a service account’s token and returns the new one once. The old token stops working at once, or after an overlap. At most two tokens work at a time. Requires OWNER or ADMIN.',
  input: (t) => ({
    id: t.id({ required: true, description: 'Id of the service account, `svc_…`.' }),
    overlapSeconds: t.int({
      description: `Seconds for which the old token keeps working, 0 to ${MAX_OVERLAP_SECONDS} (7 days). Default: 0.`,
    }),
    expiresAt: t.field({ type: 'DateTime', description: EXPIRATION.expiresAt }),
    expiresInSeconds: t.int({ description: EXPIRATION.expiresInSeconds }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
  payloadDescription: 'The service account with its new token.',
  payload: tokenPayload,
  errors: ['CONFLICT'],
  resolve: (input, context) => rotateServiceAccountToken(context, input),
})

mutation('serviceAccountRemove', {
  description:
    'Removes a service account and its roles. Also ends the tokens that the account created or rotated. Keys it created keep working, unless the organization’s key policy pauses them. Repeating the removal changes nothing and succeeds. Requires OWNER or ADMIN.',
  removes: { rule: serviceAccountRemoval, again: ({ organizationId }) => ({ organizationId, ...NO_TOKENS }) },
  input: (t) => ({
    id: t.id({ required: true, description: 'Id of the service account, `svc_…`.' }),
    keepTokensOf: t.idList(KEEP_TOKENS_OF),
  }),
  payloadDescription: 'The organization after the removal.',
  payload: (t: FieldsOf<{ organizationId: string } & EndedTokens>) => ({
    ...endedTokensFields(t),
    organization: t.prismaField({
      type: Organization,
      nullable: true,
      description: 'Organization of the removed service account. Null if the account removed itself.',
      resolve: (query, { organizationId }, _args, { access, runtime }) =>
        access.can('organization:read', { organizationId })
          ? runtime.database.rows.organization.findUnique({ ...query, where: { id: organizationId } })
          : null,
    }),
  }),
  resolve: async (input, context) => vouchForTokens(context, await removeServiceAccount(context, input)),
})
