import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from 'graphql'
import { REQUEST_CAPS } from '../http/request-caps.ts'

/** Why a document is rejected and what to change. Null if it is accepted. */
export type Objection = { code: 'QUERY_TOO_COSTLY' | 'BAD_REQUEST'; message: string } | null

const tooMany = (what: string, given: number, most: number, change: string): Objection =>
  given <= most
    ? null
    : {
        code: 'QUERY_TOO_COSTLY',
        message: `This document has ${Number.isFinite(given) ? given : 'infinitely many'} ${what}. The maximum is ${most}. ${change}`,
      }

/** Counts a document as written, without expanding fragments. */
function countWritten(document: DocumentNode) {
  const written = { fields: 0, aliases: 0, directives: 0, valueDepth: 0 }
  let valueDepth = 0
  const value = {
    enter(_node: ValueNode) {
      valueDepth += 1
      written.valueDepth = Math.max(written.valueDepth, valueDepth)
    },
    leave(_node: ValueNode) {
      valueDepth -= 1
    },
  }
  visit(document, {
    Field(node) {
      written.fields += 1
      if (node.alias) written.aliases += 1
    },
    Directive() {
      written.directives += 1
    },
    ListValue: value,
    ObjectValue: value,
  })
  return written
}

interface Size {
  fields: number
  depth: number
}

class FragmentCycle extends Error {}

/**
 * Counts an operation with its fragments expanded. Each fragment is measured only once, so a fragment bomb is cheap.
 */
function createMeasure(fragments: Map<string, FragmentDefinitionNode>) {
  const known = new Map<string, Size & { rootFields: number }>()
  const open = new Set<string>()
  const measureFragment = (name: string) => {
    const found = known.get(name)
    if (found) return found
    const fragment = fragments.get(name)
    // Validation reports unknown fragments.
    if (!fragment) return { fields: 0, depth: 0, rootFields: 0 }
    if (open.has(name)) throw new FragmentCycle(name)
    open.add(name)
    const size = measure(fragment.selectionSet)
    open.delete(name)
    known.set(name, size)
    return size
  }
  const measure = (set: SelectionSetNode): Size & { rootFields: number } => {
    let [fields, depth, rootFields] = [0, 0, 0]
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const below = selection.selectionSet ? measure(selection.selectionSet) : { fields: 0, depth: 0 }
        fields += 1 + below.fields
        depth = Math.max(depth, 1 + below.depth)
        rootFields += 1
      } else {
        const inside =
          selection.kind === Kind.INLINE_FRAGMENT
            ? measure(selection.selectionSet)
            : measureFragment(selection.name.value)
        fields += inside.fields
        depth = Math.max(depth, inside.depth)
        rootFields += inside.rootFields
      }
    }
    return { fields, depth, rootFields }
  }
  return measure
}

/**
 * Checks a parsed document against the request caps. Takes time proportional to the document's length, not its
 * expansion.
 */
export function objectToDocument(document: DocumentNode): Objection {
  const written = countWritten(document)
  const objection =
    tooMany('fields', written.fields, REQUEST_CAPS.fields, 'Use several requests.') ??
    tooMany('aliases', written.aliases, REQUEST_CAPS.aliases, 'Use several requests, or fewer aliases.') ??
    tooMany('directives', written.directives, REQUEST_CAPS.directives, 'Use fewer directives.') ??
    tooMany('levels of values', written.valueDepth, REQUEST_CAPS.valueDepth, 'Nest lists and objects less.')
  if (objection) return objection
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  )
  const measure = createMeasure(fragments)
  try {
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue
      const { depth, fields, rootFields } = measure(definition.selectionSet)
      const refused =
        tooMany('levels of fields', depth, REQUEST_CAPS.depth, 'Select fewer levels.') ??
        tooMany('fields after expanding fragments', fields, REQUEST_CAPS.expandedFields, 'Use several requests.') ??
        (definition.kind === Kind.OPERATION_DEFINITION
          ? tooMany('fields at the top of an operation', rootFields, REQUEST_CAPS.rootFields, 'Use several requests.')
          : null)
      if (refused) return refused
    }
  } catch (error) {
    if (!(error instanceof FragmentCycle)) throw error
    return { code: 'BAD_REQUEST', message: `The fragment "${error.message}" contains itself. Remove that spread.` }
  }
  return null
}

const stringTooLong = ({ length }: string): Objection => ({
  code: 'BAD_REQUEST',
  message: `A string in the variables has ${length} characters. The maximum is ${REQUEST_CAPS.stringCharacters}.`,
})

/** Checks variables against the request caps, without recursion. */
export function objectToVariables(variables: unknown): Objection {
  let level: object[] = typeof variables === 'object' && variables !== null ? [variables] : []
  let values = 1
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= REQUEST_CAPS.valueDepth) {
      return {
        code: 'BAD_REQUEST',
        message: `The variables are nested more than ${REQUEST_CAPS.valueDepth} levels deep. Nest lists and objects less.`,
      }
    }
    const next: object[] = []
    for (const holder of level) {
      const held: unknown[] = Array.isArray(holder) ? holder : Object.values(holder)
      if (Array.isArray(holder) && held.length > REQUEST_CAPS.listEntries) {
        return {
          code: 'QUERY_TOO_COSTLY',
          message: `A list in the variables has ${held.length} entries. The maximum is ${REQUEST_CAPS.listEntries}.`,
        }
      }
      // The list is counted before it is walked, so a long list is rejected cheaply.
      values += held.length
      if (values > REQUEST_CAPS.values) {
        return {
          code: 'QUERY_TOO_COSTLY',
          message: `The variables hold more than ${REQUEST_CAPS.values} values. Send them in several requests.`,
        }
      }
      for (const value of held) {
        if (typeof value === 'object' && value !== null) next.push(value)
        // Checked before the string is decoded, normalized or matched, because some of these steps take quadratic time.
        else if (typeof value === 'string' && value.length > REQUEST_CAPS.stringCharacters) return stringTooLong(value)
      }
    }
    level = next
  }
  return null
}
