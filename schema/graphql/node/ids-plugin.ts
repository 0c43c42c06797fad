import SchemaBuilder, {
  BasePlugin,
  type BuildCache,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from '@pothos/core'
import { encodeId, ID_PREFIXES, type IdType } from '../../core/ids.ts'

/*
 * The relay plugin makes every id a promise. Ids are most of the fields of a list, so each object would wait for
 * promises, and `id` would be the last field in the response. This plugin makes ids plain values.
 */

const pluginName = 'ids'

export default pluginName

const isIdType = (type: string): type is IdType => Object.hasOwn(ID_PREFIXES, type)

class IdsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  constructor(cache: BuildCache<Types>) {
    super(cache, pluginName)
  }

  override onOutputFieldConfig(config: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const { name, parentType, resolve } = config
    if (name !== 'id' || !isIdType(parentType) || !resolve) return config
    return {
      ...config,
      resolve: (row: unknown, ...rest) =>
        typeof row === 'object' && row !== null && 'id' in row && typeof row.id === 'string'
          ? encodeId(parentType, row.id)
          : resolve(row, ...rest),
    }
  }
}

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      ids: IdsPlugin<Types>
    }
  }
}

SchemaBuilder.registerPlugin(pluginName, IdsPlugin)
