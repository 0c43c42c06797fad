import { createContextCache } from '@pothos/core'
import { Loader } from '../core/loader.ts'
import { builder } from '../graphql/builder.ts'
import type { GraphContext } from '../graphql/context.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { Project } from '../project/graph.ts'
import type { Holder } from '../user/holder.ts'
import { ServiceAccount } from './graph.ts'
import { type EndedTokens, findSeenTokens, type SeenToken } from './seen-tokens.ts'

/** A token with the project that it charges, if the caller may read that project. */
export const LastSeenToken = builder.objectRef<SeenToken>('LastSeenToken').implement({
  description:
    'A working token that a person or service account last saw, because they created or rotated it. Knowing a service account’s token counts as having seen the tokens that the account created.',
  fields: (t) => ({
    serviceAccount: t.field({
      type: ServiceAccount,
      nullable: true,
      description:
        'Service account that the token belongs to. Null for a playground token. Also null for callers who are not members of the organization.',
      resolve: ({ account, organizationId }, _args, context) =>
        account && context.isVouched(account)
          ? ServiceAccount.addBrand(account)
          : account && context.access.can('organization:listMembers', { organizationId })
            ? context.vouch(ServiceAccount.addBrand(account))
            : null,
    }),
    isPrevious: t.exposeBoolean('isPrevious', {
      description: 'Whether this is the service account’s previous token, which works until `expiresAt`.',
    }),
    project: t.field({
      type: Project,
      nullable: true,
      description: 'Project that a playground token charges. Null for other tokens, and if you may not read it.',
      resolve: ({ projectId }, _args, context) => (projectId ? projectsOf(context).load(projectId) : null),
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time at which the token stops working. Null if it does not expire.',
    }),
  }),
})

/** The projects of a request's playground tokens, loaded by one statement. */
const projectsOf = createContextCache(
  ({ access, runtime }: GraphContext) =>
    new Loader(runtime.database, async (ids: readonly string[]) => {
      const rows = await runtime.database.prisma.project.findMany({ where: { id: { in: [...ids] } } })
      const byId = new Map(rows.map((row) => [row.id, row]))
      return ids.map((id) => {
        const row = byId.get(id)
        const mayRead = row && access.can('project:read', { organizationId: row.organizationId, projectId: row.id })
        return mayRead ? row : null
      })
    }),
)

type HolderIn = Holder & { organizationId: string }

/** The tokens that holders last saw. Two statements load them for all holders of a request. */
export const seenTokensOf = createContextCache(
  ({ runtime }: GraphContext) =>
    new Loader<HolderIn, SeenToken[], string>(
      runtime.database,
      (holders) => findSeenTokens(runtime.database.prisma, holders, runtime.database.clock.now()),
      {
        cacheKeyFn: ({ organizationId, userId, serviceAccountId }) => `${organizationId} ${userId ?? serviceAccountId}`,
      },
    ),
)

/** Marks the service accounts of a result as visible, for a caller who could see them before a role ended. */
export function vouchForTokens<Result extends EndedTokens>(context: GraphContext, result: Result): Result {
  for (const { account } of [...result.endedTokens, ...result.keptTokens]) if (account) context.vouch(account)
  return result
}

/** The payload fields for the tokens that a mutation ended, and those that it kept. */
export const endedTokensFields = (t: FieldsOf<EndedTokens>) => ({
  endedTokens: t.expose('endedTokens', {
    type: [LastSeenToken],
    description:
      'Tokens ended by this call: each was last shown to a person or account that can no longer see it. Empty if the call repeats an earlier one.',
  }),
  keptTokens: t.expose('keptTokens', {
    type: [LastSeenToken],
    description:
      'Tokens that keep working because `keepTokensOf` names their service accounts. Empty if the call repeats an earlier one.',
  }),
})

/** The description of the input field `keepTokensOf`. */
export const KEEP_TOKENS_OF = {
  description:
    'Ids of service accounts, `svc_…`, whose tokens keep working. Their tokens would otherwise end with this change. Not permitted for your own removal or demotion. Requires OWNER or ADMIN. At most 100. Default: none.',
} as const
