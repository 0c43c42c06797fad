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

/** The library that checks variables quotes all of them; which variable it was, and the reason at the end, are enough. */
function withoutQuotedInput(message: string): string {
  const [, before] = /^(.*?) got invalid value /.exec(message) ?? []
  if (before === undefined) return message
  const reason = message.slice(message.lastIndexOf('; ') + 2)
  return message.includes('; ') && message.length < 1_000 ? `${before} got an invalid value: ${reason}` : before
}

/** A message of the server without what was sent to it: secrets, and every string of the variables. */
export function redact(message: string, sent: unknown): string {
  const values = new Set<string>()
  collect(sent, values)
  const longestFirst = [...values].sort((a, b) => b.length - a.length)
  return longestFirst.reduce(without, withoutQuotedInput(message)).replaceAll(SECRET, HIDDEN)
}
