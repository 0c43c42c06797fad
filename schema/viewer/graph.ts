import { ApiKey } from '../api-key/graph.ts'
import { encodeId } from '../core/ids.ts'
import { readWithholding } from '../core/sql.ts'
import { Gateway } from '../gateway/graph.ts'
import { builder } from '../graphql/builder.ts'
import type { GraphContext } from '../graphql/context.ts'
import { ORDER, pageComplexity, pageOn } from '../graphql/pagination/page.ts'
import { LegacyKey } from '../legacy-key/graph.ts'
import { visibleOrganizations } from '../organization/access.ts'
import { Organization, OrganizationConnection, OrganizationEdge } from '../organization/graph.ts'
import { visibleProjects } from '../project/access.ts'
import { Project, ProjectConnection, ProjectEdge } from '../project/graph.ts'
import { ServiceAccount } from '../service-account/graph.ts'
import { User } from '../user/graph.ts'

const Actor = builder.unionType('Actor', {
  description: 'Authenticated caller of a request.',
  types: [User, ServiceAccount, ApiKey, LegacyKey, Gateway],
})

const ActorKind = builder.enumType('ActorKind', {
  description: 'Kind of caller. More values may be added.',
  values: {
    ANONYMOUS: { description: 'The request carries no credential.' },
    USER: { description: 'A signed-in person.' },
    SERVICE_ACCOUNT: { description: 'A service account.' },
    API_KEY: { description: 'A key of a project.' },
    LEGACY_KEY: { description: 'A legacy key of an organization.' },
    GATEWAY: { description: 'A gateway.' },
  },
})

/** The row of the authenticated actor, which may always see itself. */
async function actorRow({ access: { actor }, runtime, vouch }: GraphContext) {
  const { prisma } = runtime.database
  switch (actor.kind) {
    case 'USER': {
      const row = await prisma.user.findUnique({ where: { id: actor.id } })
      return row && vouch(User.addBrand(row))
    }
    case 'SERVICE_ACCOUNT': {
      const row = await prisma.serviceAccount.findUnique({ where: { id: actor.id } })
      return row && vouch(ServiceAccount.addBrand(row))
    }
    case 'API_KEY': {
      const row = await prisma.apiKey.findUnique({ where: { id: actor.id } })
      return row && ApiKey.addBrand(row)
    }
    case 'LEGACY_KEY': {
      const row = await prisma.legacyKey.findUnique({ where: { id: actor.id } })
      return row && LegacyKey.addBrand(row)
    }
    case 'GATEWAY': {
      const row = await prisma.gateway.findUnique({ where: { id: actor.id } })
      return row && Gateway.addBrand(row)
    }
    default:
      return null
  }
}

const SecondFactorRequirement = builder.objectRef<{ id: string; name: string }>('SecondFactorRequirement').implement({
  description: 'An organization that requires a second factor of you.',
  fields: (t) => ({
    organizationId: t.id({
      description: 'Id of the organization, `org_…`.',
      resolve: ({ id }) => encodeId('Organization', id),
    }),
    organizationName: t.exposeString('name', { description: 'Name of the organization.' }),
  }),
})

export const Viewer = builder.objectRef<{ viewer: true }>('Viewer').implement({
  description: 'The caller and the organizations and projects it can access.',
  fields: (t) => ({
    kind: t.field({
      type: ActorKind,
      description: 'Kind of caller.',
      resolve: (_viewer, _args, { access }) => access.actor.kind,
    }),
    actor: t.field({
      type: Actor,
      nullable: true,
      description: 'The caller. Null for anonymous requests.',
      resolve: (_viewer, _args, context) => actorRow(context),
    }),
    user: t.prismaField({
      type: User,
      nullable: true,
      description: 'The caller, if it is a person. Null for all other callers.',
      resolve: async (query, _viewer, _args, { access: { actor }, runtime, vouch }) => {
        if (actor.kind !== 'USER') return null
        const row = await runtime.database.rows.user.findUnique({ ...query, where: { id: actor.id } })
        return row && vouch(row)
      },
    }),
    secondFactorRequiredBy: t.field({
      type: [SecondFactorRequirement],
      description:
        'Organizations in which you have a role that is withheld until you turn on a second factor, oldest first, at most 100. Empty for all callers except people.',
      complexity: { field: 1, multiplier: 10 },
      resolve: (_viewer, _args, { access: { actor }, runtime }) =>
        actor.kind === 'USER' ? readWithholding(runtime.database, actor.id) : [],
    }),
    organizations: t.prismaConnection(
      {
        type: Organization,
        cursor: 'id',
        description: 'Organizations in which the caller is a member or collaborator, oldest first.',
        complexity: pageComplexity,
        resolve: (query, _viewer, args, { access, runtime }) =>
          runtime.database.rows.organization.findMany(
            pageOn(query, args, ORDER.oldestFirst, visibleOrganizations(access)),
          ),
      },
      OrganizationConnection,
      OrganizationEdge,
    ),
    projects: t.prismaConnection(
      {
        type: Project,
        cursor: 'id',
        description: 'Projects visible to the caller in all organizations, oldest first, without archived ones.',
        complexity: pageComplexity,
        resolve: (query, _viewer, args, { access, runtime }) =>
          runtime.database.rows.project.findMany(
            pageOn(query, args, ORDER.oldestFirst, {
              AND: [visibleProjects(access), { archivedAt: null }],
            }),
          ),
      },
      ProjectConnection,
      ProjectEdge,
    ),
  }),
})

builder.queryField('viewer', (t) =>
  t.field({
    type: Viewer,
    description: 'The caller of this request. Available to all callers, including anonymous ones.',
    resolve: () => ({ viewer: true as const }),
  }),
)
