import SchemaBuilder, {
  BasePlugin,
  type BuildCache,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import { RequestError } from '../core/errors.ts'

/*
 * Most fields are read for all parents at once. A field with the option `ownStatement` sends a statement for each parent:
 * this plugin bounds how many of them one request sends. `statements-per-parent.test.ts` finds the fields that need it.
 */

const pluginName = 'statements'

export default pluginName

/** Maximum number of statements that the fields of one request may send of their own. */
export const MAX_OWN_STATEMENTS = 750

/** Statements sent so far, by the context of their request. */
const sent = new WeakMap<object, number>()

/** Starts to count anew, for the next event of a subscription. */
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
       * Whether the field sends a statement of its own for each parent, or as how many its statement counts. A request may send
       * a bounded number of them.
       */
      ownStatement?: boolean | number
    }
  }
}

SchemaBuilder.registerPlugin(pluginName, StatementsPlugin)
