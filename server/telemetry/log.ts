import { workerNumber } from '../workers/number.ts'

/** A log line's fields, in addition to its message. */
export type Fields = Record<string, string | number | boolean | null | undefined>

/** The server's log. Credentials are removed from every line. */
export interface Log {
  info(message: string, fields?: Fields): void
  warn(message: string, fields?: Fields): void
  error(message: string, error: unknown, fields?: Fields): void
}

type Level = 'info' | 'warn' | 'error'

/**
 * Matches Keyward secrets, secrets of other providers (`sk-…`, `ghp_…`, `AIza…`) and JSON Web Tokens. Where names of
 * models, packages or hosts can start with the same prefix, the pattern matches the secret's whole form.
 */
const PREFIXED =
  /kw_[a-z]{2,8}_[A-Za-z0-9]{4,}|(?<=^|[^A-Za-z0-9]|%[0-9A-Fa-f]{2})(?:(?:sk|rk|gh[a-z]|xox[a-z]|gsk|glpat|github_pat|dop_v1)[-_][\w-]{8,}|pk_(?:live|test)_\w{8,}|pk-lf-[\w-]{8,}|(?:hf_|r8_|xai[-_]|npm_)[A-Za-z0-9]{20,}|pypi-Ag[\w-]{16,}|AIza[\w-]{16,}|A[KS]IA[A-Z0-9]{12,}|eyJ[\w-]{8,}(?:\.[\w-]*)*)/g

/** The same patterns, and tokens of 40 or more characters. */
const CREDENTIAL = new RegExp(`${PREFIXED.source}|[\\w+=-]{40,}`, 'g')

/** Fields whose values may be long: ids and names that clients choose to identify their requests. */
const NAMES: readonly string[] = ['requestId', 'operation']

const redact = (text: string, pattern = CREDENTIAL): string =>
  text.replace(pattern, (credential) => (credential.startsWith('kw_') ? 'kw_(not shown)' : '(not shown)'))

/** Removes credentials from a name that a client chose. */
export const withoutCredentials = (name: string): string => redact(name, PREFIXED)

const LONGEST_VALUE = 8_192
/** Minimum length of the credentials that the patterns match. */
const SHORTEST_CREDENTIAL = 10

/**
 * Removes credentials from a field's value. Each value is searched separately, so that its name is not read as a part
 * of it.
 */
const shown = (name: string, value: Fields[string]): Fields[string] =>
  typeof value === 'string' && value.length >= SHORTEST_CREDENTIAL
    ? redact(value.slice(0, LONGEST_VALUE), NAMES.includes(name) ? PREFIXED : CREDENTIAL)
    : value

/**
 * Describes an error by its name, its stack and the last line of its message. Above that line, database clients print
 * the arguments of a failed call, which may be personal data.
 */
function describe(error: unknown): Fields {
  if (!(error instanceof Error)) return { error: typeof error }
  const lines = error.message.split('\n').map((line) => line.trim())
  // A message can contain lines that look like stack frames.
  const stack = error.stack ?? ''
  const afterMessage = stack.slice(Math.max(0, stack.indexOf(error.message)) + error.message.length)
  const frames = afterMessage.split('\n').filter((line) => /^\s+at /.test(line))
  const cause = error.cause instanceof Error ? error.cause.message.split('\n').at(-1) : undefined
  return {
    error: `${error.name}: ${lines.findLast((line) => line !== '') ?? ''}`,
    code: 'code' in error && typeof error.code === 'string' ? error.code : undefined,
    cause,
    stack: frames.map((line) => line.trim()).join('\n'),
  }
}

/** Line breaks that JSON does not escape. */
const BREAKS = /[\u0085\u2028\u2029]/g

/** Quotes values that could be mistaken for another field or line. */
const asValue = (value: unknown): string =>
  /^[^\s"=\p{Cc}]+$/u.test(String(value))
    ? String(value)
    : JSON.stringify(String(value)).replaceAll(
        BREAKS,
        (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )

const asText = (level: Level, message: string, ofProcess: Fields, given: Fields): string => {
  const fields = Object.entries({ ...ofProcess, ...given }).map(([name, value]) => [name, shown(name, value)] as const)
  const rest = fields.flatMap(([name, value]) =>
    value === undefined || value === null || name === 'stack' ? [] : [`${name}=${asValue(value)}`],
  )
  const [, stackOf] = fields.find(([name]) => name === 'stack') ?? []
  const frames = typeof stackOf === 'string' && stackOf !== '' ? stackOf.split('\n') : []
  const stack = frames.map((frame) => `\n    ${frame}`).join('')
  return `${level === 'info' ? '' : `${level}: `}${message}${rest.length > 0 ? `  ${rest.join(' ')}` : ''}${stack}`
}

/** Written member by member, because copying the objects would be as expensive as a decision. */
function asJson(at: string, level: Level, message: string, ...all: readonly Fields[]): string {
  let line = `{"at":"${at}","level":"${level}","message":${JSON.stringify(message)}`
  for (const fields of all) {
    for (const name in fields) {
      const value = shown(name, fields[name])
      if (value !== undefined) line += `,${JSON.stringify(name)}:${JSON.stringify(value)}`
    }
  }
  return `${line}}`
}

/** Creates a log that writes JSON lines, text for people, or nothing. */
export function createLog(
  format: 'json' | 'text' | 'silent',
  write: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): Log {
  const ofProcess: Fields = workerNumber === null ? {} : { worker: workerNumber }
  const put = (level: Level, message: string, fields: Fields = {}): void => {
    if (format === 'silent') return
    const at = new Date().toISOString()
    const said = redact(message)
    write(format === 'json' ? asJson(at, level, said, ofProcess, fields) : asText(level, said, ofProcess, fields))
  }
  return {
    info: (message, fields) => put('info', message, fields),
    warn: (message, fields) => put('warn', message, fields),
    error: (message, error, fields) => put('error', message, { ...fields, ...describe(error) }),
  }
}
