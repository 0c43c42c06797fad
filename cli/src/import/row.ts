import type { ApiKeyImportRow, TagInput } from '@keyward/sdk'
import { parseTag, WORKLOADS } from '../commands/keys/input.ts'
import { asConstant, asWritten } from '../commands/keys/show.ts'
import { UsageError } from '../exit-codes.ts'
import { parseMoment } from '../times.ts'

/** One key of a file, before its project is looked up. */
export interface SourceRow {
  /** Where it is in the file, counted from 1. */
  readonly line: number
  /** The project's name or id; undefined for the default project. */
  readonly project: string | undefined
  readonly row: ApiKeyImportRow
}

/** What a row may say. Files with comma-separated values have lists as text, separated by `;`. */
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

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === ''

function textOf(name: string, value: unknown): string | undefined {
  if (isEmpty(value)) return undefined
  if (typeof value !== 'string') throw new UsageError(`${name} is not text.`)
  return value
}

function listOf(name: string, value: unknown): unknown[] {
  if (isEmpty(value)) return []
  if (Array.isArray(value)) return value
  if (typeof value !== 'string') throw new UsageError(`${name} is not a list.`)
  return value.split(';').map((item) => item.trim())
}

const textsOf = (name: string, value: unknown): string[] =>
  listOf(name, value).map((item) => {
    if (typeof item !== 'string') throw new UsageError(`${name} holds something that is not text.`)
    return item
  })

function workloadOf(text: string): string {
  if (!WORKLOADS.some((known) => known === asWritten(text))) {
    throw new UsageError(`workloads holds something else than ${WORKLOADS.join(', ')}.`)
  }
  return asConstant(text)
}

function tagOf(item: unknown): TagInput {
  if (typeof item === 'string') return parseTag(item)
  const { key, value } = typeof item === 'object' && item !== null ? { key: undefined, value: undefined, ...item } : {}
  if (typeof key !== 'string' || typeof value !== 'string')
    throw new UsageError('tags holds something without a key and a value.')
  return { key, value }
}

function momentOf(name: string, value: unknown): string | undefined {
  const text = textOf(name, value)
  return text === undefined ? undefined : parseMoment(name, text)
}

/** Reads one row of a file; what is wrong with it is a UsageError that holds nothing of the row. */
export function sourceRow(line: number, fields: Record<string, unknown>): SourceRow {
  const other = Object.keys(fields).find((name) => !FIELDS.includes(name))
  if (other !== undefined) {
    throw new UsageError(`There is no field of this name. A row may have ${FIELDS.join(', ')}; secrets never.`)
  }
  const name = textOf('name', fields.name)
  const sha256 = textOf('sha256', fields.sha256)
  if (name === undefined) throw new UsageError('name is missing.')
  if (sha256 === undefined || !/^[0-9a-f]{64}$/i.test(sha256)) {
    throw new UsageError('sha256 is not 64 hexadecimal digits: the SHA-256 of the whole secret, never the secret.')
  }
  const row: ApiKeyImportRow = {
    name,
    sha256,
    start: textOf('start', fields.start),
    createdAt: momentOf('createdAt', fields.createdAt),
    expiresAt: momentOf('expiresAt', fields.expiresAt),
    workloads: textsOf('workloads', fields.workloads).map(workloadOf),
    tags: listOf('tags', fields.tags).map(tagOf),
    allowedIps: textsOf('allowedIps', fields.allowedIps),
  }
  return { line, project: textOf('project', fields.project), row }
}
