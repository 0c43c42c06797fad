import {
  type ConstValueNode,
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
  isInputType,
  Kind,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { Model, Operation } from './operations.ts'

/** The input field that the client fills in. Callers can set it with an option. */
export const IDEMPOTENCY_KEY = 'idempotencyKey'

/** An operation variable that callers pass. */
export interface Variable {
  name: string
  type: GraphQLInputType
  defaultValue: ConstValueNode | undefined
  description: string | null
}

/** Descriptions of variables that the client itself defines. */
const OWN_VARIABLES: Partial<Record<Operation['kind'], string[]>> = { list: ['after'], subscription: ['after'] }

const DESCRIPTIONS: Record<string, string> = {
  organizationId: 'The organization, `org_…`.',
  projectId: 'The project, `prj_…`.',
  pageSize: 'Items in one page, 1 to 100. Default: 25.',
  totalCount: 'Whether to count all items. If false, `totalCount` of the page is null.',
}

/** Descriptions of the arguments that each variable is passed to. */
function argumentDescriptions(operation: Operation, model: Model): Map<string, string> {
  const found = new Map<string, string>()
  const info = new TypeInfo(model.schema)
  visit(
    operation.node,
    visitWithTypeInfo(info, {
      Argument(node) {
        const description = info.getArgument()?.description
        if (node.value.kind === Kind.VARIABLE && description) found.set(node.value.name.value, description)
      },
    }),
  )
  return found
}

/** The variables that callers pass, described by the arguments that they are passed to. */
export function variablesOf(operation: Operation, model: Model): Variable[] {
  const descriptions = argumentDescriptions(operation, model)
  const own = OWN_VARIABLES[operation.kind] ?? []
  return (operation.node.variableDefinitions ?? []).flatMap(({ variable, type: node, defaultValue }): Variable[] => {
    const name = variable.name.value
    const type = typeFromAST(model.schema, node)
    if (!isInputType(type)) throw new Error(`${operation.node.name?.value}: $${name} is of an unknown type`)
    if (own.includes(name)) return []
    return [{ name, type, defaultValue, description: DESCRIPTIONS[name] ?? descriptions.get(name) ?? null }]
  })
}

/** Whether a method takes its variables as a single object instead of separate parameters. */
export const hasParams = ({ kind }: Operation): boolean => kind === 'list' || kind === 'subscription'

/** Whether a mutation is safe to retry, because its input accepts an idempotency key. */
export function isIdempotent(operation: Operation, model: Model): boolean {
  const input = variablesOf(operation, model).find(({ name }) => name === 'input')
  const type = input && getNamedType(input.type)
  return operation.kind === 'mutation' && isInputObjectType(type) && IDEMPOTENCY_KEY in type.getFields()
}
