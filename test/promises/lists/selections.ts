import {
  type GraphQLField,
  type GraphQLInterfaceType,
  getNamedType,
  isEnumType,
  isObjectType,
  isRequiredArgument,
  isScalarType,
} from 'graphql'
import { schema } from '../../../schema/graph.ts'

/** Fields with required arguments, and the arguments that they are asked with. */
const RANGE = 'from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z", granularity: DAY'
export const ARGUMENTS: Record<string, string> = {
  'Project.consumer': '(name: "ada")',
  'ApiKey.denials': `(input: { ${RANGE} })`,
  'ApiKey.usage': `(input: { ${RANGE} })`,
  'Organization.denials': `(input: { ${RANGE} })`,
  'Project.denials': `(input: { ${RANGE} })`,
  'Organization.costAnalytics': `(input: { ${RANGE}, groupBy: [] })`,
  'Organization.viewerCan': '(actions: [PROJECT_CREATE])',
  'Project.costAnalytics': `(input: { ${RANGE}, groupBy: [] })`,
  'Project.viewerCan': '(actions: [API_KEY_CREATE])',
}

export const nodeTypes = schema.getPossibleTypes(schema.getType('Node') as GraphQLInterfaceType)

/** Selections of a field, each asked by itself: the counts of a list send statements of their own. */
export function selectionsOf(field: GraphQLField<unknown, unknown>, depth = 0): string[] {
  const type = getNamedType(field.type)
  if (isScalarType(type) || isEnumType(type)) return ['']
  if (type.name.endsWith('Connection')) return ['{ nodes { __typename } }', '{ totalCount totalCountCapped }']
  if (!isObjectType(type) || nodeTypes.includes(type) || depth === 3) return ['{ __typename }']
  const inner = Object.values(type.getFields()).filter(({ args }) => !args.some(isRequiredArgument))
  return [`{ ${inner.map((each) => `${each.name} ${selectionsOf(each, depth + 1)[0]}`).join(' ')} }`]
}

export const ownStatements = ({ extensions }: GraphQLField<unknown, unknown>): number =>
  Number(extensions.ownStatement ?? 0)

/** The own statements of the fields that `selectionsOf` selects. */
export function paidIn(field: GraphQLField<unknown, unknown>, selection: string, depth = 0): number {
  const type = getNamedType(field.type)
  // Both counts of a list are one statement.
  if (type.name.endsWith('Connection')) return selection.includes('totalCount') ? 1 : 0
  if (!isObjectType(type) || nodeTypes.includes(type) || depth === 3) return 0
  const inner = Object.values(type.getFields()).filter(({ args }) => !args.some(isRequiredArgument))
  return inner.reduce((sum, each) => sum + ownStatements(each) + paidIn(each, '', depth + 1), 0)
}
