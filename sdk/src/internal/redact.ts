const HIDDEN = '…'
const SECRET = /kw_[a-z]+_[0-9A-Za-z]{6,}/g

/** From this length on, a value is taken out wherever it occurs; shorter ones are words, and only so within quotes. */
const LONG = 8

function collect(value: unknown, found: Set<string>): void {
  if (typeof value === 'string') {
    if (value === '') return
    found.add(value)
    // As it looks where a message quotes it.
    found.add(JSON.stringify(value).slice(1, -1))
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) collect(inner, found)
  }
}

/** Takes out the beginning of a value that a shortened message ends with. */
function withoutCutEnd(message: string, value: string): string {
  const start = value.slice(0, LONG)
  for (let at = message.indexOf(start); at !== -1; at = message.indexOf(start, at + 1)) {
    if (value.startsWith(message.slice(at))) return message.slice(0, at) + HIDDEN
  }
  return message
}

function without(message: string, value: string): string {
  if (value.length >= LONG) return withoutCutEnd(message.replaceAll(value, HIDDEN), value)
  return ['""', "''", '``', '“”'].reduce(
    (text, [open = '', close = '']) => text.replaceAll(open + value + close, open + HIDDEN + close),
    message,
  )
}

/** What the library that checks variables says of one: where it is, and the reason at the end. It quotes all of them. */
const INVALID = /^(.*?) got invalid value (?:.* at "([\w.[\]]+)")?.*; (.*)$/s

/** Where in the input a variable is wrong, and why; null where a message says nothing of that. */
export function issueOf(message: string): { path: string[]; message: string } | null {
  const [, , at, reason = ''] = INVALID.exec(message) ?? []
  return at === undefined ? null : { path: (at.match(/\w+/g) ?? []).slice(1), message: reason }
}

/** Which variable it was, where, and the reason are enough. */
function withoutQuotedInput(message: string): string {
  const [, before] = /^(.*?) got invalid value /s.exec(message) ?? []
  if (before === undefined) return message
  const [, , at, reason] = INVALID.exec(message) ?? []
  if (reason === undefined || message.length >= 1_000) return before
  return `${before} got an invalid value${at === undefined ? '' : ` at ${at}`}: ${reason}`
}

/** A message of the server without what was sent to it: secrets, and every string of the variables. */
export function redact(message: string, sent: unknown): string {
  const values = new Set<string>()
  collect(sent, values)
  const longestFirst = [...values].sort((a, b) => b.length - a.length)
  return longestFirst.reduce(without, withoutQuotedInput(message)).replaceAll(SECRET, HIDDEN)
}
