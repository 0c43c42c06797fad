type Level = 'info' | 'error'

/**
 * Writes messages about the process itself: its address, or why it exits. If the log format is JSON, each line becomes
 * an object. Unlike the log, this output keeps secrets, because the setup token is shown only here.
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
