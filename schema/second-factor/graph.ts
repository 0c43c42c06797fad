import { createContextCache } from '@pothos/core'
import { Collaborator } from '../collaborator/graph.ts'
import { Loader } from '../core/loader.ts'
import { builder } from '../graphql/builder.ts'
import type { GraphContext } from '../graphql/context.ts'
import { guardField } from '../graphql/guard.ts'
import { connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { ORDER, pageComplexity, pageOn } from '../graphql/pagination/page.ts'
import { Member } from '../member/graph.ts'
import { targetOf } from '../organization/access.ts'
import { Organization } from '../organization/graph.ts'
import { User } from '../user/graph.ts'
import { readSecondFactors } from './sql.ts'
import { peopleWithoutSecondFactor } from './where.ts'

/** The second factors of a request's people, loaded by one statement. */
const secondFactorsOf = createContextCache(
  ({ runtime }: GraphContext) =>
    new Loader<string, boolean | null>(runtime.database, async (ids) => {
      const rows = await readSecondFactors(runtime.database, ids)
      const found = new Map(rows.map(({ id, has }) => [id, has]))
      return ids.map((id) => found.get(id) ?? null)
    }),
)

const HAS_SECOND_FACTOR =
  'Whether sign-in requires a second factor: a code of an authenticator app, or a passkey. Null for service accounts and for people who sign in without a password. Visible to the organization’s Owner and ADMINs. Others get null and a FORBIDDEN error.'

builder.prismaObjectField(Member, 'hasSecondFactor', (t) =>
  t.boolean({
    nullable: true,
    description: HAS_SECOND_FACTOR,
    ...guardField('member:readSecondFactor', (member) => member),
    select: { userId: true, organizationId: true },
    resolve: ({ userId }, _args, context) => (userId ? secondFactorsOf(context).load(userId) : null),
  }),
)

builder.prismaObjectField(Collaborator, 'hasSecondFactor', (t) =>
  t.boolean({
    nullable: true,
    description: HAS_SECOND_FACTOR,
    ...guardField('member:readSecondFactor', ({ organizationId }) => ({ organizationId })),
    select: { userId: true, organizationId: true },
    resolve: ({ userId }, _args, context) => (userId ? secondFactorsOf(context).load(userId) : null),
  }),
)

const UserEdge = builder.edgeObject({ type: User, ...edgeFields('User', 'people') })
const UserConnection = builder.connectionObject(
  connectionFields('User', User, 'people', ({ runtime }, parent, _args, take) =>
    runtime.database.prisma.user.count({ where: peopleWithoutSecondFactor(parentId(parent)), take }),
  ),
  UserEdge,
)

builder.prismaObjectField(Organization, 'peopleWithoutSecondFactor', (t) =>
  t.prismaConnection(
    {
      type: User,
      cursor: 'id',
      nullable: true,
      description:
        'People of the organization who sign in with a password and have no second factor, oldest first. Includes members and external collaborators. They lose their roles while `requireSecondFactor` is true. Visible to the Owner and ADMINs. Others get null and a FORBIDDEN error.',
      ...guardField('member:readSecondFactor', targetOf),
      complexity: pageComplexity,
      ownStatement: true,
      resolve: async (query, { id }, args, context) => {
        const rows = await context.runtime.database.rows.user.findMany(
          pageOn(query, args, ORDER.oldestFirst, peopleWithoutSecondFactor(id)),
        )
        return rows.map((row) => context.vouch(row))
      },
    },
    UserConnection,
    UserEdge,
  ),
)
