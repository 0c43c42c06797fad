import { getDatamodel } from '../generated/pothos.ts'

/*
 * The tables of the models, read from the generated data model. Columns and tables have the names of fields and models
 * in snake case. A test compares them with the database.
 */

/** A column of a table, by the field of its model. */
export interface Column {
  field: string
  column: string
  /** Type of the data model: `String`, `DateTime`, … or the name of an enum. */
  type: string
  isList: boolean
}

/** A relation of a model. Rows belong together if `local` of this table equals `remote` of the other table. */
export interface Relation {
  field: string
  table: () => Table
  isList: boolean
  local: Column
  remote: Column
}

/** The table of a model. */
export interface Table {
  model: string
  name: string
  /** Null for a table whose key has several columns. */
  id: Column | null
  columns: ReadonlyMap<string, Column>
  relations: ReadonlyMap<string, Relation>
}

const snake = (name: string): string =>
  name.replaceAll(/(?<=[a-z0-9])[A-Z]+/g, (capitals) => `_${capitals}`).toLowerCase()

const quoted = (name: string): string => `"${name}"`

type Fields = ReturnType<typeof getDatamodel>['datamodel']['models'][string]['fields']

function readColumns(fields: Fields): Map<string, Column> {
  const scalars = fields.filter(({ kind }) => kind !== 'object')
  return new Map(
    scalars.map(({ name, type, isList }) => [name, { field: name, column: quoted(snake(name)), type, isList }]),
  )
}

/** Reads the tables of all models. Leaves out relations over several columns. */
function readTables(): Map<string, Table> {
  const { models } = getDatamodel().datamodel
  const tables = new Map<string, Table>()
  for (const [model, { fields }] of Object.entries(models)) {
    const columns = readColumns(fields)
    const id = columns.get(fields.find(({ isId }) => isId)?.name ?? '') ?? null
    tables.set(model, { model, name: quoted(snake(model)), id, columns, relations: new Map() })
  }
  for (const [model, table] of tables) {
    const relations = new Map<string, Relation>()
    for (const field of models[model]?.fields ?? []) {
      const other = tables.get(field.type)
      if (field.kind !== 'object' || !other) continue
      const [own, ...more] = field.relationFromFields ?? []
      const opposite = models[field.type]?.fields.find(
        ({ relationName, relationFromFields }) =>
          relationName === field.relationName && (relationFromFields?.length ?? 0) > 0,
      )
      const [far, ...further] = opposite?.relationFromFields ?? []
      const local = own === undefined ? table.id : table.columns.get(own)
      const remote = own === undefined ? other.columns.get(far ?? '') : other.id
      if (!local || !remote || more.length > 0 || (own === undefined && further.length > 0)) continue
      relations.set(field.name, { field: field.name, table: () => other, isList: field.isList, local, remote })
    }
    tables.set(model, Object.assign(table, { relations }))
  }
  return tables
}

/** The tables, by model. */
export const TABLES: ReadonlyMap<string, Table> = readTables()
