import type { ValidationIssue } from '@keyward/schema/core/errors'
import {
  coerceInputValue,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isSpecifiedScalarType,
  Kind,
  typeFromAST,
} from 'graphql'

/** The type at a path in a value. A list also accepts a single element, whose path has no index. */
function typeAt(type: GraphQLInputType, [key, ...rest]: readonly (string | number)[]): GraphQLInputType {
  const bare = getNullableType(type)
  if (key === undefined) return type
  if (isListType(bare)) return typeAt(bare.ofType, typeof key === 'number' ? rest : [key, ...rest])
  const field = isInputObjectType(bare) ? bare.getFields()[key] : undefined
  return field ? typeAt(field.type, rest) : type
}

/**
 * The rule that a value violates, without the value. GraphQL.js would quote the value for built-in scalars and enums.
 */
function ruleOf(type: GraphQLInputType, value: unknown, error: GraphQLError): string {
  const named = getNamedType(type)
  if (value === null || value === undefined) return 'Must not be null.'
  if (isEnumType(named))
    return `Must be one of: ${named
      .getValues()
      .map(({ name }) => name)
      .join(', ')}.`
  return isSpecifiedScalarType(named) ? `Must be of type ${named.name}.` : error.message
}

/** The rule for the value at a path in an input type. */
export const ruleAt = (
  type: GraphQLInputType,
  path: readonly (string | number)[],
  value: unknown,
  error: GraphQLError,
) => ruleOf(typeAt(type, path), value, error)

/** Lists the issues with a request's variables, by path. Empty if the request failed for another reason. */
export function variableIssues({ schema, variableValues }: ExecutionArgs, { errors }: ExecutionResult) {
  const definitions = (errors ?? []).flatMap(({ nodes }) => nodes ?? [])
  const issues: ValidationIssue[] = []
  for (const node of new Set(definitions)) {
    if (node.kind !== Kind.VARIABLE_DEFINITION) continue
    const type = typeFromAST(schema, node.type)
    if (!isInputType(type)) continue
    const { value: name } = node.variable.name
    coerceInputValue(variableValues?.[name], type, (path, value, error) => {
      issues.push({ path: [name, ...path.map(String)], message: ruleOf(typeAt(type, path), value, error) })
    })
  }
  return issues
}
