type Level = 'info' | 'error'

/**
 * Writes messages about the process itself: its address, or why it ends. Each line becomes an object where the log is
 * JSON. Unlike the log, this cuts nothing out: the setup token is shown only here.
 */
export function say(level: Level, lines: readonly string[], format = process.env.KEYWARD_LOG): void {
  const stream = level === 'info' ? process.stdout : process.stderr
  if (format !== 'json') {
    for (const line of lines) stream.write(`${line}\n`)
    return
  }
  const at = new Date().toISOString()
  for (const line of lines) {
    if (line.trim() !== '') stream.write(`${JSON.stringify({ at, level, message: line.trim() })}\n`)
  }
}
