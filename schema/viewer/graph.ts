import { ApiKey } from '../api-key/graph.ts'
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
  description: 'Who can make a request.',
  types: [User, ServiceAccount, ApiKey, LegacyKey, Gateway],
})

const ActorKind = builder.enumType('ActorKind', {
  description: 'What a request’s credential stands for. The list may grow.',
  values: {
    ANONYMOUS: { description: 'Nobody: the request carries no credential.' },
    USER: { description: 'A person who is signed in.' },
    SERVICE_ACCOUNT: { description: 'A service account, by its token.' },
    API_KEY: { description: 'A key of a project.' },
    LEGACY_KEY: { description: 'A legacy key of an organization.' },
    GATEWAY: { description: 'A gateway.' },
  },
})

/** The row of the actor, which has been authenticated: everyone may see oneself. */
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

export const Viewer = builder.objectRef<{ viewer: true }>('Viewer').implement({
  description: 'Who is asking, and what they can reach. Answered to every kind of actor.',
  fields: (t) => ({
    kind: t.field({
      type: ActorKind,
      description: 'What the request’s credential stands for.',
      resolve: (_viewer, _args, { access }) => access.actor.kind,
    }),
    actor: t.field({
      type: Actor,
      nullable: true,
      description: 'Who is asking; null for an anonymous request.',
      resolve: (_viewer, _args, context) => actorRow(context),
    }),
    user: t.prismaField({
      type: User,
      nullable: true,
      description: 'The person who is asking; null for who is not one.',
      resolve: async (query, _viewer, _args, { access: { actor }, runtime, vouch }) => {
        if (actor.kind !== 'USER') return null
        const row = await runtime.database.prisma.user.findUnique({ ...query, where: { id: actor.id } })
        return row && vouch(row)
      },
    }),
    organizations: t.prismaConnection(
      {
        type: Organization,
        cursor: 'id',
        description: 'The organizations that one belongs to or collaborates in, oldest first.',
        complexity: pageComplexity,
        resolve: (query, _viewer, args, { access, runtime }) =>
          runtime.database.prisma.organization.findMany(
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
        description: 'The projects whose name one may see, across all organizations, oldest first. Not archived ones.',
        complexity: pageComplexity,
        resolve: (query, _viewer, args, { access, runtime }) =>
          runtime.database.prisma.project.findMany(
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
    description: 'Who is asking. Answers every kind of actor, anonymous ones too.',
    resolve: () => ({ viewer: true as const }),
  }),
)
