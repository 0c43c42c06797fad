import { builder } from '../graphql/builder.ts'
import { guardField, guardType } from '../graphql/guard.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { ORDER, page, pageComplexity } from '../graphql/pagination/page.ts'
import { targetOf as projectTarget } from '../project/access.ts'
import { ServiceAccount } from '../service-account/graph.ts'
import { targetOf, visibleTrusts } from './access.ts'
import { type Condition, conditions } from './conditions.ts'
import { DENIALS, type Denial } from './identity-token.ts'

const TrustDenialEnum = builder.enumType('TrustDenial', {
  description: 'Reason why a trust denied a workload’s token. More values may be added.',
  values: {
    MALFORMED: { description: 'The text is not a signed token, is too long, or lacks `exp` or `sub`.' },
    ISSUER_UNAVAILABLE: { description: 'The keys of the issuer could not be fetched.' },
    SIGNATURE: { description: 'The token is not signed by a key of the issuer with an allowed algorithm.' },
    ISSUER: { description: 'Another issuer issued the token.' },
    AUDIENCE: { description: 'The token is meant for another audience.' },
    EXPIRED: { description: 'The token has expired, or is not valid yet.' },
    LIFETIME: { description: 'The token lives longer than a day, or was issued in the future.' },
    CONDITIONS: { description: 'The claims do not meet the conditions.' },
  } satisfies Record<Denial, object>,
})

const TrustCondition = builder.objectRef<Condition>('TrustCondition').implement({
  description: 'A claim that a workload’s token must carry.',
  fields: (t) => ({
    claim: t.exposeString('claim', { description: 'Name of the claim, such as `sub` or `repository`.' }),
    pattern: t.exposeString('pattern', {
      description: 'Value of the claim. `*` matches any characters. Every other character matches itself.',
    }),
  }),
})

export const Trust = builder.prismaNode('Trust', {
  id: { field: 'id', description: 'Permanent id, `tru_…`. `POST /token` takes it as `audience`.' },
  description:
    'Lets workloads of an OpenID Connect issuer act as a service account in a project, without a stored secret. Visible to the Owner, ADMINs, and ADMINs of the project.',
  ...guardType('trust:list', targetOf),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name of the trust.' }),
    issuer: t.exposeString('issuer', { description: 'URL of the issuer, equal to the `iss` of its tokens.' }),
    audience: t.exposeString('audience', { description: 'Required `aud` of tokens.' }),
    conditions: t.field({
      type: [TrustCondition],
      description: 'Conditions on the claims of tokens. A token has to meet all of them.',
      resolve: (trust) => conditions.parse(trust.conditions),
    }),
    enabled: t.exposeBoolean('enabled', { description: 'Whether tokens are exchanged.' }),
    project: t.relation('project', { description: 'Project in which the tokens work.' }),
    serviceAccount: t.field({
      type: ServiceAccount,
      description: 'Service account as which the tokens act. Its role in the project decides their rights.',
      select: { serviceAccount: true },
      resolve: ({ serviceAccount }, _args, context) => context.vouch(serviceAccount),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Creation time.' }),
    createdByName: t.exposeString('createdByName', { description: 'Name of the creator at the time of creation.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of the last exchange. Null if there was none.',
    }),
    lastDeniedAt: t.expose('lastDeniedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of the last denial, recorded at most once a minute. Null if there was none.',
    }),
    lastDenial: t.field({
      type: TrustDenialEnum,
      nullable: true,
      description: 'Reason of the last denial. Null if there was none.',
      resolve: ({ lastDenial }) => DENIALS.find((reason) => reason === lastDenial) ?? null,
    }),
  }),
})

registerNode('Trust', (context, ids, query) =>
  context.runtime.database.rows.trust.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleTrusts(context.access)] },
  }),
)

const TrustEdge = builder.edgeObject({ type: Trust, ...edgeFields('Trust', 'trusts') })
const TrustConnection = builder.connectionObject(
  connectionFields('Trust', Trust, 'trusts', ({ runtime }, parent, _args, take) =>
    runtime.database.prisma.trust.count({ where: { projectId: parentId(parent) }, take }),
  ),
  TrustEdge,
)

builder.prismaObjectField('Project', 'trusts', (t) =>
  t.relatedConnection(
    'trusts',
    {
      type: Trust,
      cursor: 'id',
      nullable: true,
      description:
        'Trusts of the project, oldest first. Visible to the Owner, ADMINs, and ADMINs of the project. Others get null and a FORBIDDEN error.',
      ...guardField('trust:list', projectTarget),
      complexity: pageComplexity,
      query: (args) => page(args, ORDER.oldestFirst),
    },
    TrustConnection,
    TrustEdge,
  ),
)
