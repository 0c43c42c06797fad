import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'

type Definition = DocumentNode['definitions'][number]
type Fragments = Map<string, FragmentDefinitionNode>

/** Whether a fragment contains only fields, without other fragments. */
function isPlain({ selectionSet }: FragmentDefinitionNode): boolean {
  let plain = true
  const refuse = () => {
    plain = false
  }
  visit(selectionSet, { FragmentSpread: refuse, InlineFragment: refuse })
  return plain
}

/**
 * The fragments to inline: plain fragments, and those that are spread only once. In the sources, a fragment names a
 * type. In a document, `project{id name}` is shorter than a spread and its definition, both in the package and in each
 * request.
 */
export function fragmentsToInline(definitions: Definition[], fragments: Fragments): Fragments {
  const spreads = new Map<string, number>()
  for (const definition of definitions) {
    visit(definition, {
      FragmentSpread({ name: { value } }) {
        spreads.set(value, (spreads.get(value) ?? 0) + 1)
      },
    })
  }
  return new Map([...fragments].filter(([name, fragment]) => isPlain(fragment) || spreads.get(name) === 1))
}

/** Replaces fragment spreads with their fields. */
export function inlineFragments<Node extends Definition>(
  node: Node,
  fragments: Fragments,
  schema: GraphQLSchema,
): Node {
  const types = new TypeInfo(schema)
  const visitor = {
    SelectionSet(set: SelectionSetNode): SelectionSetNode | undefined {
      const parent = types.getParentType()?.name
      const written = (selections: SelectionSetNode['selections']): SelectionSetNode['selections'] =>
        selections.flatMap((selection) => {
          const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : undefined
          // If the types differ, the type condition is needed.
          const isSame = fragment?.typeCondition.name.value === parent
          return fragment && isSame ? written(fragment.selectionSet.selections) : [selection]
        })
      const selections = written(set.selections)
      return selections.every((one, at) => one === set.selections[at]) ? undefined : { ...set, selections }
    },
  }
  return visit(node, visitWithTypeInfo(types, visitor))
}
