import SchemaBuilder, {
  BasePlugin,
  type BuildCache,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import { RequestError } from '../core/errors.ts'

/*
 * Most fields are read for all parents in one statement. A field with the option `ownStatement` sends a statement for
 * each parent. This plugin limits the number of such statements per request. `statements-per-parent.test.ts` finds the
 * fields that need the option.
 */

const pluginName = 'statements'

export default pluginName

/** Maximum number of statements that fields with `ownStatement` may send in one request. */
export const MAX_OWN_STATEMENTS = 750

/** Number of statements sent so far, by the context of their request. */
const sent = new WeakMap<object, number>()

/** Resets the count, for the next event of a subscription. */
export const forgetStatements = (context: object): void => void sent.delete(context)

function spend(context: object, statements: number): void {
  const count = (sent.get(context) ?? 0) + statements
  sent.set(context, count)
  if (count <= MAX_OWN_STATEMENTS) return
  throw new RequestError(
    'QUERY_TOO_COSTLY',
    `The fields of this request would need more than ${MAX_OWN_STATEMENTS} database statements of their own. Request counts and similar fields for fewer objects.`,
  )
}

class StatementsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  constructor(cache: BuildCache<Types>) {
    super(cache, pluginName)
  }

  override onOutputFieldConfig(config: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    if (!config.pothosOptions.ownStatement) return config
    return { ...config, extensions: { ...config.extensions, ownStatement: Number(config.pothosOptions.ownStatement) } }
  }

  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { extensions }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const statements = extensions?.ownStatement
    if (typeof statements !== 'number') return resolver
    return (parent, args, context, info) => {
      spend(context, statements)
      return resolver(parent, args, context, info)
    }
  }
}

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      statements: StatementsPlugin<Types>
    }
    interface FieldOptions<Types, ParentShape, Type, Nullable, Args, ResolveShape, ResolveReturnShape> {
      /**
       * Whether the field sends its own statement for each parent. A number is the number of statements that it counts
       * as. The statements of a request are limited.
       */
      ownStatement?: boolean | number
    }
  }
}

SchemaBuilder.registerPlugin(pluginName, StatementsPlugin)
