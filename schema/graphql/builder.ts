import type PrismaTypes from '@keyward/prisma/generated/pothos'
import { getDatamodel } from '@keyward/prisma/generated/pothos'
import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import ErrorsPlugin from '@pothos/plugin-errors'
import PrismaPlugin from '@pothos/plugin-prisma'
import RelayPlugin from '@pothos/plugin-relay'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import { type GraphQLResolveInfo, isNonNullType } from 'graphql'
import { RequestError, requiredRole } from '../core/errors.ts'
import { isAction, rolesFor } from '../core/policy.ts'
import type { GraphContext } from './context.ts'
import IdsPlugin from './node/ids-plugin.ts'
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, RELAY } from './node/relay.ts'
import PacePlugin from './pace-plugin.ts'
import CursorsPlugin from './pagination/cursors-plugin.ts'
import StatementsPlugin from './statements-plugin.ts'

/** Maximum cost of a request: its fields, multiplied by the requested page sizes. docs/limits.md explains it. */
export const MAX_COMPLEXITY = 150_000

/**
 * The plugins, in the order in which they wrap a resolver. Pace is outermost, around everything in a response. Errors
 * comes next, so that it catches what authorization throws. Authorization comes before the plugins that read rows or
 * count statements. Cursors wraps the pages that the prisma plugin makes. test/infra/schema/conventions.test.ts pins
 * the order.
 */
export const PLUGINS = [
  PacePlugin,
  ErrorsPlugin,
  RelayPlugin,
  IdsPlugin,
  ScopeAuthPlugin,
  StatementsPlugin,
  CursorsPlugin,
  PrismaPlugin,
  ComplexityPlugin,
] as const

/**
 * In tests, throws if a resolver loads rows without the selection, because Prisma then reads relations row by row. A
 * nullable field may return null without using the selection.
 */
function refuseUnusedQuery(info: GraphQLResolveInfo): void {
  if (isNonNullType(info.returnType)) {
    throw new Error(`${info.parentType.name}.${info.fieldName} does not use the query that it is given`)
  }
}

/** This file defines no type: each noun's graph.ts does. */
export const builder = new SchemaBuilder<{
  PrismaTypes: PrismaTypes
  Context: GraphContext
  DefaultFieldNullability: false
  DefaultEdgesNullability: false
  DefaultNodeNullability: false
  DefaultAuthStrategy: 'all'
  AsyncSelections: true
  AuthScopes: { authenticated: boolean }
  Scalars: {
    ID: { Input: string; Output: string | number }
    DateTime: { Input: Date; Output: Date }
    BigInt: { Input: bigint; Output: bigint }
    Decimal: { Input: string; Output: string }
  }
}>({
  plugins: [...PLUGINS],
  defaultFieldNullability: false,
  errors: { defaultTypes: [], directResult: true },
  relay: RELAY,
  scopeAuth: {
    defaultStrategy: 'all',
    runScopesOnType: true,
    cacheKey: (value) => JSON.stringify(value),
    authScopes: (context) => ({ authenticated: context.access.actor.kind !== 'ANONYMOUS' }),
    unauthorizedError: (_parent, context, info) => {
      const action = info.parentType.getFields()[info.fieldName]?.extensions.action
      if (context.access.actor.kind === 'ANONYMOUS') {
        return new RequestError('UNAUTHENTICATED', 'Sign in, or send a credential as `Authorization: Bearer …`.')
      }
      if (typeof action !== 'string' || !isAction(action)) {
        return new RequestError('FORBIDDEN', `You may not read ${info.parentType.name}.${info.fieldName}.`)
      }
      const allowedRoles = rolesFor(action)
      return new RequestError(
        'FORBIDDEN',
        `You may not read ${info.parentType.name}.${info.fieldName} (${action}). ${requiredRole(allowedRoles)}`,
        { action, allowedRoles },
      )
    },
  },
  prisma: {
    client: (context) => context.runtime.database.rows,
    dmmf: getDatamodel(),
    onUnusedQuery: process.env.NODE_ENV === 'test' ? refuseUnusedQuery : null,
    maxConnectionSize: MAX_PAGE_SIZE,
    defaultConnectionSize: DEFAULT_PAGE_SIZE,
  },
  complexity: {
    defaultComplexity: 1,
    defaultListMultiplier: 5,
    limit: { complexity: MAX_COMPLEXITY, depth: 16, breadth: 1_000 },
    complexityError: (kind, result) =>
      new RequestError(
        'QUERY_TOO_COSTLY',
        `This query is too costly (${kind.toLowerCase()}: ${result.complexity} of at most ${MAX_COMPLEXITY} fields, depth ${result.depth} of 16, breadth ${result.breadth} of 1000). Ask for fewer fields or smaller pages.`,
      ),
  },
})

builder.queryType({ description: 'Read operations.' })
builder.mutationType({
  description:
    'Write operations. Every mutation takes one `input` and returns its payload or a typed error, except `apiKeysAuthorize`, which takes a batch.',
})
builder.subscriptionType({ description: 'Event streams, delivered as server-sent events.' })
