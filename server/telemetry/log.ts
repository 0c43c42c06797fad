/** The fields of a line, in addition to its message. */
export type Fields = Record<string, string | number | boolean | null | undefined>

/** The server's log. Credentials are cut out of every line. */
export interface Log {
  info(message: string, fields?: Fields): void
  warn(message: string, fields?: Fields): void
  error(message: string, error: unknown, fields?: Fields): void
}

type Level = 'info' | 'warn' | 'error'

/** Secrets of ours, secrets of other providers (`sk-…`, `ghp_…`, `xoxb-…`), and any token of 40 characters or more. */
const CREDENTIAL = /\bkw_[a-z]{2,8}_[A-Za-z0-9]{4,}|\b(?:sk|pk|rk|gh[a-z]|xox[a-z])[-_][\w-]{8,}|[\w+=-]{40,}/g

const redact = (text: string): string =>
  text.replace(CREDENTIAL, (credential) => (credential.startsWith('kw_') ? 'kw_(not shown)' : '(not shown)'))

/**
 * Describes an error by its name, its stack and the last line of its message. Database clients print the arguments of a
 * failed call above that line, and those may be personal data.
 */
function describe(error: unknown): Fields {
  if (!(error instanceof Error)) return { error: typeof error }
  const lines = error.message.split('\n').map((line) => line.trim())
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const cause = error.cause instanceof Error ? error.cause.message.split('\n').at(-1) : undefined
  return {
    error: `${error.name}: ${lines.findLast((line) => line !== '') ?? ''}`,
    code: 'code' in error && typeof error.code === 'string' ? error.code : undefined,
    cause,
    stack: frames.map((line) => line.trim()).join('\n'),
  }
}

/** Quotes what could be read as another field or another line. */
const asValue = (value: unknown): string =>
  /^[^\s"=\p{Cc}]+$/u.test(String(value)) ? String(value) : JSON.stringify(String(value))

const asText = (level: Level, message: string, fields: Fields): string => {
  const rest = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined || value === null || name === 'stack' ? [] : [`${name}=${asValue(value)}`],
  )
  const stack = typeof fields.stack === 'string' ? `\n${fields.stack}` : ''
  return `${level === 'info' ? '' : `${level}: `}${message}${rest.length > 0 ? `  ${rest.join(' ')}` : ''}${stack}`
}

/** Makes a log of JSON lines, of text for people, or of nothing. */
export function createLog(
  format: 'json' | 'text' | 'silent',
  write: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): Log {
  const put = (level: Level, message: string, fields: Fields = {}): void => {
    if (format === 'silent') return
    const at = new Date().toISOString()
    write(
      redact(format === 'json' ? JSON.stringify({ at, level, message, ...fields }) : asText(level, message, fields)),
    )
  }
  return {
    info: (message, fields) => put('info', message, fields),
    warn: (message, fields) => put('warn', message, fields),
    error: (message, error, fields) => put('error', message, { ...fields, ...describe(error) }),
  }
}
