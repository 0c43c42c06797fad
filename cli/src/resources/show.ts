import type { List } from '@keyward/sdk'
import type { Cli } from '../cli.ts'
import { all } from '../find.ts'
import { showTime } from '../times.ts'
import type { ResourceCommand } from './resource-command.ts'

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Payload fields whose values are shown only once. */
const SECRETS = ['secret', 'token', 'acceptUrl']

/** Converts a field name to a heading: `lastUsedAt` to `LAST USED AT`. */
const headingOf = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toUpperCase()

/** Formats a value as a single cell. Null if it does not fit. */
function cellOf(value: unknown): string | null {
  if (value === null || value === undefined) return '-'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT.*Z$/.test(value) ? showTime(value) : value
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) {
    const cells = value.map(cellOf)
    return cells.every((cell) => cell !== null) ? cells.join(', ') || '-' : null
  }
  return isFields(value) ? labelOf(value) : null
}

/** Lists that are empty if they include everything. */
const EMPTY_MEANS_ALL = ['events']

/** Formats a property's value as a single cell. Null if it does not fit. */
function cellAt(name: string, value: unknown): string | null {
  const isAll = EMPTY_MEANS_ALL.includes(name) && Array.isArray(value) && value.length === 0
  return isAll ? 'all' : cellOf(value)
}

/** An object's name, address or id. Null if it has none of these. */
function labelOf({ name, email, id }: Fields): string | null {
  const label = [name, email, id].find((each) => typeof each === 'string')
  return typeof label === 'string' ? label : null
}

/** Names that identify an object come first. */
const ORDER = ['name', 'principal', 'email', 'id']
const rank = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length)

const columnsOf = (items: readonly Fields[]): string[] =>
  [...new Set(items.flatMap((item) => Object.keys(item)))]
    .filter((name) => name !== '__typename' && items.every((item) => cellOf(item[name]) !== null))
    .sort((a, b) => rank(a) - rank(b))

/** Writes a list's items: as a table, or as a JSON array. */
export async function showItems(cli: Cli, list: List<unknown>, limit: number | undefined): Promise<void> {
  const items = await all(list, limit)
  if (cli.output.isJson) return cli.output.json(items)
  const rows = items.filter(isFields)
  if (rows.length === 0) return cli.output.note('Nothing matches, or you may not see it.')
  const columns = columnsOf(rows)
  await cli.output.table(
    columns.map(headingOf),
    rows.map((row) => columns.map((name) => cellAt(name, row[name]) ?? '-')),
  )
}

/** Writes each event as a line of JSON, until the command is interrupted. */
export async function showEvents(cli: Cli, events: AsyncIterable<unknown>): Promise<void> {
  for await (const event of events) await cli.output.text(`${JSON.stringify(event)}\n`)
}

/** Describes an object on one line: its name, and the id that commands accept. Null if one line is not enough. */
function lineOf(value: Fields): string | null {
  const { name, email, id } = value
  const label = typeof name === 'string' ? name : email
  if (typeof label !== 'string')
    return Object.keys(value).every((key) => ['__typename', 'id'].includes(key)) ? labelOf(value) : null
  return typeof id === 'string' ? `${label} (${id})` : label
}

/** Flattens an object's properties. Properties of nested objects have dotted names. */
function propertiesOf(value: Fields, prefix = ''): [string, string][] {
  return Object.entries(value).flatMap(([name, each]): [string, string][] => {
    if (name === '__typename') return []
    const cell = isFields(each) ? lineOf(each) : cellAt(name, each)
    if (cell !== null) return [[prefix + name, cell]]
    if (isFields(each)) return propertiesOf(each, `${prefix}${name}.`)
    return Array.isArray(each) ? each.map((item, index) => [`${prefix}${name}.${index + 1}`, JSON.stringify(item)]) : []
  })
}

/** A mutation's payload without null fields: `collaborators add` returns either an invitation or a collaborator. */
const presentOf = (payload: Fields): Fields =>
  Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== null && value !== undefined))

/** Notes about a secret: a sentence for the created object, and a line for each other property. */
function notesOf(payload: Fields, operation: string): string[] {
  const isNew = operation.endsWith('.create')
  return Object.entries(payload).flatMap(([name, value]) => {
    const label = isFields(value) ? (lineOf(value) ?? labelOf(value)) : null
    if (!isFields(value) || label === null) return propertiesOf({ [name]: value }).map((pair) => pair.join(': '))
    const named = typeof value.name === 'string' ? `"${value.name}" (${value.id})` : label
    return isNew ? `Created the ${headingOf(name).toLowerCase()} ${named}.` : `${name}: ${label}`
  })
}

/** Writes a command's result. A secret is the only line of standard output. */
export async function show(cli: Cli, answer: unknown, { operation, kind }: ResourceCommand): Promise<void> {
  const once = isFields(answer)
    ? SECRETS.map((name) => answer[name]).find((value) => typeof value === 'string')
    : undefined
  if (isFields(answer) && typeof once === 'string') {
    const rest = Object.fromEntries(Object.entries(presentOf(answer)).filter(([, value]) => value !== once))
    for (const note of notesOf(rest, operation)) cli.output.note(note)
    return cli.output.secret(once, answer, `Repeat ${operation}, or rotate the secret that it created.`)
  }
  if (cli.output.isJson) return cli.output.json(answer)
  if (answer === null) return cli.output.note('Done. There is nothing to show, or you may no longer see it.')
  if (Array.isArray(answer)) {
    for (const item of answer) await cli.output.text(`${JSON.stringify(item)}\n`)
    return
  }
  if (isFields(answer)) await cli.output.properties(propertiesOf(kind === 'mutation' ? presentOf(answer) : answer))
}
