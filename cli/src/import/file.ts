import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { UsageError } from '../exit-codes.ts'
import { readStandardInput } from '../prompt.ts'
import { FIELDS, type SourceRow, sourceRow } from './row.ts'

const MOST_TOLD = 10

/** A row of a file as it was written. */
interface RawRow {
  line: number
  fields: Record<string, unknown>
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const plain = (name: string): string => name.replaceAll(/[^a-z0-9]/gi, '').toLowerCase()

/** The field that a column holds: `expires_at`, `Expires At` and `expiresAt` are the same. */
const fieldOf = (header: string): string => FIELDS.find((name) => plain(name) === plain(header)) ?? header

function rowsOfCsv(text: string): RawRow[] {
  try {
    const records: unknown = parse(text, {
      bom: true,
      columns: (header: string[]) => header.map(fieldOf),
      info: true,
      skip_empty_lines: true,
      trim: true,
    })
    return (Array.isArray(records) ? records : []).map(({ info, record }) => ({ line: info.lines, fields: record }))
  } catch (error) {
    // What the parser says quotes the row.
    const lines = isRecord(error) && typeof error.lines === 'number' ? ` Line ${error.lines} is not as the others.` : ''
    throw new UsageError(`The file is not comma-separated values with a header.${lines}`)
  }
}

function fieldsOf(line: number, text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = null
  }
  if (!isRecord(value)) throw new UsageError(`Line ${line} is not a JSON object.`)
  const { projectId, ...fields } = value
  return projectId === undefined ? fields : { project: projectId, ...fields }
}

const rowsOfJsonLines = (text: string): RawRow[] =>
  text
    .split(/\r?\n/)
    .map((content, index) => ({ line: index + 1, content }))
    .filter(({ content }) => content.trim() !== '')
    .map(({ line, content }) => ({ line, fields: fieldsOf(line, content) }))

async function contentOf(path: string): Promise<string> {
  if (path === '-') return readStandardInput()
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = isRecord(error) && typeof error.code === 'string' ? ` (${error.code})` : ''
    throw new UsageError(`The file ${path} cannot be read${code}.`)
  }
}

/** Reads all of a file, so that nothing is sent of one that is wrong somewhere. Which form it has shows by itself. */
export async function readImport(path: string): Promise<SourceRow[]> {
  const text = await contentOf(path)
  const raw = /^\uFEFF?\s*\{/.test(text) ? rowsOfJsonLines(text) : rowsOfCsv(text)
  const problems: string[] = []
  const rows: SourceRow[] = []
  for (const { line, fields } of raw) {
    try {
      rows.push(sourceRow(line, fields))
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      problems.push(`  line ${line}: ${error.message}`)
    }
  }
  if (problems.length > 0) {
    const more = problems.length > MOST_TOLD ? [`  and ${problems.length - MOST_TOLD} more lines`] : []
    throw new UsageError(['Nothing was sent.', ...problems.slice(0, MOST_TOLD), ...more].join('\n'))
  }
  if (rows.length === 0) throw new UsageError('The file holds no row.')
  return rows
}
