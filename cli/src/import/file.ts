import { readFile } from 'node:fs/promises'
import { UsageError } from '../exit-codes.ts'
import { readStandardInput } from '../prompt.ts'
import { FIELDS, isField, type SourceRow, sourceRow, unknownFields } from './row.ts'

const MOST_PROBLEMS = 10
const MOST_LINES = 5

/** A row of a file, before validation. */
interface RawRow {
  line: number
  fields: Record<string, unknown>
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const plain = (name: string): string => name.replaceAll(/[^a-z0-9]/gi, '').toLowerCase()

/** Finds a column's field. `expires_at`, `Expires At` and `expiresAt` are equivalent. */
const fieldOf = (header: string): string => FIELDS.find((name) => plain(name) === plain(header)) ?? header

/** Reads the header. Missing and unknown columns are reported once, not per row. */
function columnsOf(header: readonly string[]): string[] {
  const [first = ''] = header
  const other = [';', '\t', '|'].find((separator) => header.length === 1 && first.includes(separator))
  if (other !== undefined) {
    throw new UsageError(`The header separates its columns by ${JSON.stringify(other)}. Separate them by ",".`)
  }
  const columns = header.map(fieldOf)
  const takes = `Columns: ${FIELDS.join(', ')}.`
  // Not shown: without a header, the first line is a row that contains a key.
  if (!columns.some(isField)) throw new UsageError(`The first line is not a header. ${takes}`)
  const unknown = columns.filter((name) => !isField(name))
  if (unknown.length > 0) throw new UsageError(unknownFields(unknown))
  const missing = ['name', 'sha256'].find((name) => !columns.includes(name))
  if (missing !== undefined) throw new UsageError(`The header has no column "${missing}". ${takes}`)
  return columns
}

async function rowsOfCsv(text: string): Promise<RawRow[]> {
  const { parse } = await import('csv-parse/sync')
  try {
    const records: unknown = parse(text, {
      bom: true,
      columns: columnsOf,
      info: true,
      skip_empty_lines: true,
      trim: true,
    })
    return (Array.isArray(records) ? records : []).map(({ info, record }) => ({ line: info.lines, fields: record }))
  } catch (error) {
    if (error instanceof UsageError) throw error
    // Not shown, because the parser's message contains the row.
    const lines = isRecord(error) && typeof error.lines === 'number' ? ` Check line ${error.lines}.` : ''
    throw new UsageError(`The file is not valid comma-separated values.${lines}`)
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

/** Describes the lines with a problem: `line 2`, or `lines 2, 3, 4, 5, 6 and 7 more`. */
function placeOf(lines: readonly number[]): string {
  const more = lines.length > MOST_LINES ? ` and ${lines.length - MOST_LINES} more` : ''
  return `line${lines.length > 1 ? 's' : ''} ${lines.slice(0, MOST_LINES).join(', ')}${more}`
}

/**
 * Reads and validates the whole file before anything is sent. JSON lines are recognized by the file's first character.
 */
export async function readImport(path: string): Promise<SourceRow[]> {
  const text = await contentOf(path)
  const raw = /^\uFEFF?\s*\{/.test(text) ? rowsOfJsonLines(text) : await rowsOfCsv(text)
  // A problem that many rows share is reported once.
  const problems = new Map<string, number[]>()
  const rows: SourceRow[] = []
  for (const { line, fields } of raw) {
    const read = sourceRow(line, fields)
    if ('row' in read) rows.push(read)
    else problems.set(read.problem, [...(problems.get(read.problem) ?? []), line])
  }
  if (problems.size > 0) {
    const shown = [...problems].slice(0, MOST_PROBLEMS).map(([problem, lines]) => `  ${placeOf(lines)}: ${problem}`)
    const more = problems.size > MOST_PROBLEMS ? [`  and ${problems.size - MOST_PROBLEMS} more problems`] : []
    throw new UsageError(['Nothing was sent.', ...shown, ...more].join('\n'))
  }
  if (rows.length === 0) throw new UsageError('The file has no rows.')
  return rows
}
