import type { ApiKeyImportRow, TagInput } from '@keyward/sdk'
import { parseTag, WORKLOADS } from '../commands/keys/input.ts'
import { asConstant, asWritten } from '../commands/keys/show.ts'
import { UsageError } from '../exit-codes.ts'
import { parseMoment } from '../times.ts'

/** A key from a file, before its project is looked up. */
export interface SourceRow {
  /** Line number in the file, from 1. */
  readonly line: number
  /** The project's name or id. Undefined for the default project. */
  readonly project: string | undefined
  readonly row: ApiKeyImportRow
}

/** The fields of a row. In CSV files, list entries are separated by `;`. */
export const FIELDS = [
  'name',
  'sha256',
  'project',
  'start',
  'createdAt',
  'expiresAt',
  'workloads',
  'tags',
  'allowedIps',
]

/** Maximum length of an unknown field's name in a message. */
const MOST_SHOWN = 30

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === ''

function textOf(name: string, value: unknown): string | undefined {
  if (isEmpty(value)) return undefined
  if (typeof value !== 'string') throw new UsageError(`${name} must be text.`)
  return value
}

function nameOf(value: unknown): string {
  const name = textOf('name', value)
  if (name === undefined) throw new UsageError('name is missing.')
  return name
}

function hashOf(value: unknown): string {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/i.test(value)) {
    throw new UsageError(
      'sha256 must be 64 hexadecimal digits: the SHA-256 of the whole secret, never the secret itself.',
    )
  }
  return value
}

function listOf(name: string, value: unknown): unknown[] {
  if (isEmpty(value)) return []
  if (Array.isArray(value)) return value
  if (typeof value !== 'string') throw new UsageError(`${name} must be a list.`)
  return value.split(';').map((item) => item.trim())
}

const textsOf = (name: string, value: unknown): string[] =>
  listOf(name, value).map((item) => {
    if (typeof item !== 'string') throw new UsageError(`Every entry of ${name} must be text.`)
    return item
  })

function workloadOf(text: string): string {
  if (!WORKLOADS.some((known) => known === asWritten(text))) {
    throw new UsageError(`Every entry of workloads must be one of ${WORKLOADS.join(', ')}.`)
  }
  return asConstant(text)
}

function tagOf(item: unknown): TagInput {
  if (typeof item === 'string') return parseTag(item)
  const { key, value } = typeof item === 'object' && item !== null ? { key: undefined, value: undefined, ...item } : {}
  if (typeof key !== 'string' || typeof value !== 'string')
    throw new UsageError('Every entry of tags must have a key and a value.')
  return { key, value }
}

function momentOf(name: string, value: unknown): string | undefined {
  const text = textOf(name, value)
  return text === undefined ? undefined : parseMoment(name, text)
}

/** Whether a field has this name. */
export const isField = (name: string): boolean => FIELDS.includes(name)

/** The message for unknown fields. Long names are hidden, because they can be secrets. */
export function unknownFields(names: readonly string[]): string {
  const quoted = names.map((name) => (name.length > MOST_SHOWN ? 'with a long name' : `"${name}"`))
  return `There is no field ${quoted.join(' or ')}. Fields: ${FIELDS.join(', ')}. Never add secrets.`
}

/** Validates a row. The problem lists all invalid fields, without their values. */
export function sourceRow(line: number, fields: Record<string, unknown>): SourceRow | { problem: string } {
  const problems: string[] = []
  const attempt = <Value>(read: () => Value): Value | undefined => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      problems.push(error.message)
      return undefined
    }
  }
  const unknown = Object.keys(fields).filter((field) => !isField(field))
  if (unknown.length > 0) problems.push(unknownFields(unknown))
  const row: ApiKeyImportRow = {
    name: attempt(() => nameOf(fields.name)) ?? '',
    sha256: attempt(() => hashOf(fields.sha256)) ?? '',
    start: attempt(() => textOf('start', fields.start)),
    createdAt: attempt(() => momentOf('createdAt', fields.createdAt)),
    expiresAt: attempt(() => momentOf('expiresAt', fields.expiresAt)),
    workloads: attempt(() => textsOf('workloads', fields.workloads).map(workloadOf)),
    tags: attempt(() => listOf('tags', fields.tags).map(tagOf)),
    allowedIps: attempt(() => textsOf('allowedIps', fields.allowedIps)),
  }
  const project = attempt(() => textOf('project', fields.project))
  return problems.length > 0 ? { problem: problems.join(' ') } : { line, project, row }
}
