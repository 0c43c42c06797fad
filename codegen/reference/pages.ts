import { getNamedType, isObjectType, Kind, valueFromASTUntyped } from 'graphql'
import { answersOf, throwsOf } from '../methods.ts'
import type { Model, Operation } from '../operations.ts'
import { isIdempotent, variablesOf } from '../parameters.ts'
import { aboutParameter, signatureOf } from '../resources.ts'
import { Shapes, selectedOf } from '../shapes.ts'
import { exampleOf } from './example.ts'
import { type Link, outputRows, outputWords, parameterRows } from './fields.ts'
import { CLIENT, homesOf, linksFrom, pageOf, SHARED } from './homes.ts'
import { anchorOf, cell, described, table } from './markdown.ts'
import { INPUT, printTypes } from './types.ts'

const BANNER = '<!-- Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit. -->\n\n'

const titleOf = ({ resource, method }: Operation): string => `${resource ?? CLIENT}.${method}`

const textOf = ({ description, root }: Operation): string =>
  (description ?? root.description ?? '').replaceAll(/\s+/g, ' ')

/** Matches the sentence about access that every description contains. */
const ACCESS = /(?:^|(?<=[.)] ))(?:Requires|Visible to|Available to|For) [^.]*\./

/** A method's description, split into its effect and its access. */
function saidOf(operation: Operation): { what: string; access: string } {
  const text = textOf(operation)
  const [access] = ACCESS.exec(text) ?? []
  if (access === undefined) {
    throw new Error(
      `${titleOf(operation)}: name who may call it, in a sentence that begins with "Requires", "Visible to" or "Available to": ${text}`,
    )
  }
  return { what: text.replace(access, '').replaceAll(/\s+/g, ' ').trim(), access }
}

function afterFailure(operation: Operation, model: Model): string {
  const { kind } = operation
  if (kind === 'subscription') return 'the client reconnects and resumes after the last change received.'
  if (kind === 'get' || kind === 'list') return 'the call is retried.'
  if (kind === 'mutation' && isIdempotent(operation, model)) {
    return 'the call is retried with the idempotency key in `options`, or one that the client generates. The change happens once.'
  }
  return 'the call is not retried. After a TimeoutError, ConnectionError or ServerError, the change may have happened.'
}

/** The GraphQL field: `Mutation.apiKeyCreate`, `Query.project.apiKeys`. */
function inGraph({ node, path }: Operation): string {
  const root = node.operation.charAt(0).toUpperCase() + node.operation.slice(1)
  return `\`${[root, ...path].join('.')}\``
}

function answered(operation: Operation, model: Model, link: Link): string {
  const { kind, answer } = operation
  const { payload, type } = answersOf(operation, model, new Shapes(model))
  if (payload) {
    const mine = selectedOf(payload.type, answer.selection.selections, model)
    const set = answer.selection.selections.flatMap((node) =>
      node.kind === Kind.INLINE_FRAGMENT && node.typeCondition?.name.value === payload.type.name
        ? node.selectionSet.selections
        : [],
    )
    const rows = outputRows(payload.type, set.length > 0 ? set : mine, model, link)
    return `Returns an object:\n\n${table(['field', 'type', 'meaning'], rows)}`
  }
  const linked = cell(
    type.replaceAll(/\b[A-Z]\w+/g, (name) => link(name)).replace(/^readonly (.*)\[\]$/, 'a list of $1'),
  )
    .replaceAll('\\| null', 'or null')
    .replace(/^(string|boolean|number)$/, '`$1`')
  if (kind === 'list') return `Lists ${linked}. Await the list for one page, or iterate over it for all items.\n\n`
  if (kind === 'subscription') return `Yields one ${linked} for each change.\n\n`
  const field = answer.field
  const only = isObjectType(getNamedType(field.type)) ? null : outputWords(field.type, undefined, model, link)
  return `Returns ${linked || only}.\n\n`
}

function printMethod(operation: Operation, model: Model, link: Link): string {
  const { what, access } = saidOf(operation)
  const signature = signatureOf(operation, model).replaceAll('types.', '')
  const { root, answer } = operation
  const reason = root.deprecationReason ?? answer.field.deprecationReason
  const given = variablesOf(operation, model).map((variable) => ({
    ...variable,
    defaultValue: variable.defaultValue && valueFromASTUntyped(variable.defaultValue),
    description: aboutParameter(variable, operation, model),
  }))
  const thrown = throwsOf(operation, model).map(({ name, when }) => [`\`${name}\``, cell(when)])
  return [
    `## ${titleOf(operation)}\n\n`,
    `\`\`\`ts\n${signature}\n\`\`\`\n\n`,
    `${described(what, reason)}\n\n`,
    `- **Access:** ${access}\n- **After a failure:** ${afterFailure(operation, model)}\n- **GraphQL:** ${inGraph(operation)}\n\n`,
    table(
      INPUT,
      given.flatMap((one) => parameterRows(one, link)),
    ),
    answered(operation, model, link),
    table(['throws', 'when'], thrown),
    `\`\`\`js\n${exampleOf(operation, model)}\n\`\`\`\n\n`,
  ].join('')
}

const more = `Every method takes [options](../sdk.md#options) as its last argument. Besides the errors listed with it, every method can throw
the [general errors](../sdk.md#errors) AuthenticationError, RateLimitError, TimeoutError, ConnectionError and ServerError. The
[authorization policy](../authorization.md) explains the roles.\n\n`

function printPage(page: string, homes: Map<string, string>, model: Model): string {
  const link = linksFrom(page, homes)
  const operations = model.operations.filter((operation) => pageOf(operation) === page)
  const listed = operations.map((operation) => {
    const title = titleOf(operation)
    return [`[\`${title}\`](#${anchorOf(title)})`, cell(saidOf(operation).what)]
  })
  const types = printTypes(page, homes, model, link)
  return [
    BANNER,
    `# ${page === CLIENT ? 'client' : `client.${page}`}\n\n`,
    table(['method', 'description'], listed),
    more,
    operations.map((operation) => printMethod(operation, model, link)).join(''),
    types === '' ? '' : `## Types\n\n${types}`,
  ].join('')
}

function printShared(homes: Map<string, string>, model: Model): string {
  const about = `Types that the methods of several resources share. Results are readonly. Enums can grow, so handle unknown
values.\n\n`
  return `${BANNER}# Shared types\n\n${about}${printTypes(SHARED, homes, model, linksFrom(SHARED, homes))}`
}

function printIndex(pages: string[], model: Model): string {
  const rows = pages.map((page) => {
    const methods = model.operations
      .filter((operation) => pageOf(operation) === page)
      .map((operation) => `[${operation.method}](${page}.md#${anchorOf(titleOf(operation))})`)
    return [`[\`${page === CLIENT ? 'client' : `client.${page}`}\`](${page}.md)`, methods.join(', ')]
  })
  return `${BANNER}# Reference of the SDK

Look up any method of \`@keyward/sdk\`. These pages are generated from the GraphQL schema and the SDK's operations. [The
guide](../sdk.md) explains setup, options, lists, errors and retries.

${table(['resource', 'methods'], rows)}Types that several resources share are on [a page of their own](${SHARED}.md).
`
}

/** Prints the pages of docs/reference, by name. */
export function printReference(model: Model): Record<string, string> {
  const homes = homesOf(model)
  const pages = [...new Set(model.operations.map(pageOf))].sort()
  const printed = {
    'README.md': printIndex(pages, model),
    [`${SHARED}.md`]: printShared(homes, model),
    ...Object.fromEntries(pages.map((page) => [`${page}.md`, printPage(page, homes, model)])),
  }
  return Object.fromEntries(Object.entries(printed).map(([name, text]) => [name, `${text.trimEnd()}\n`]))
}
