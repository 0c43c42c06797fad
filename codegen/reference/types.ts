import { isCompositeType, isEnumType, isInputObjectType, isObjectType, isScalarType } from 'graphql'
import type { Model } from '../operations.ts'
import { leafName, selectedOf } from '../shapes.ts'
import { fieldsOfInput, inputRow, type Link, outputRows } from './fields.ts'
import { described, table } from './markdown.ts'

const OUTPUT = ['field', 'type', 'meaning']
export const INPUT = ['parameter', 'type', 'required', 'meaning']

/** Prints the fields that a fragment selects, by type if the fragment is on an abstract type. */
function fragment(name: string, model: Model, link: Link): string {
  const { typeCondition, selectionSet } = model.fragments.get(name) ?? {}
  const type = model.schema.getType(typeCondition?.name.value ?? '')
  if (!selectionSet || !isCompositeType(type)) throw new Error(`There is no fragment ${name}`)
  const about = `${described(type.description, null)}\n\n`
  const { selections } = selectionSet
  if (isObjectType(type)) return about + table(OUTPUT, outputRows(type, selections, model, link))
  const variants = new Map<string, string[]>()
  for (const possible of model.schema.getPossibleTypes(type)) {
    const rows = outputRows(possible, selectedOf(possible, selections, model), model, link)
    const text = table(OUTPUT, rows)
    variants.set(text, [...(variants.get(text) ?? []), `\`${possible.name}\``])
  }
  const parts = [...variants].map(
    ([text, names]) => `If \`__typename\` is ${names.join(' or ')}:\n\n${text || 'No further fields.\n\n'}`,
  )
  return `${about}${parts.join('')}`
}

/** Prints the section of a named type. */
function printType(name: string, model: Model, link: Link): string {
  const heading = `### ${name}\n\n`
  if (model.fragments.has(name)) return heading + fragment(name, model, link)
  const type = model.schema.getType(name)
  const about = type?.description ? `${described(type.description, null)}\n\n` : ''
  if (isEnumType(type)) {
    const values = type
      .getValues()
      .map((value) => [`\`'${value.name}'\``, described(value.description, value.deprecationReason)])
    return heading + about + table(['value', 'meaning'], values)
  }
  if (isInputObjectType(type)) {
    const rows = fieldsOfInput(type).map((field) => inputRow(field, link))
    return heading + about + table(['field', 'type', 'required', 'meaning'], rows)
  }
  if (isScalarType(type)) return `${heading}\`${leafName(type) === name ? 'string' : leafName(type)}\`. ${about}`
  throw new Error(`codegen/reference does not know what ${name} is`)
}

/** Prints the sections of the types that a page describes. */
export function printTypes(page: string, homes: Map<string, string>, model: Model, link: Link): string {
  const names = [...homes].flatMap(([name, home]) => (home === page ? [name] : []))
  return names.map((name) => printType(name, model, link)).join('')
}
