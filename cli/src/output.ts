import { styleText } from 'node:util'
import { ClosedOutputError } from './exit-codes.ts'
import { printable } from './printable.ts'
import { table } from './table.ts'

type Style = Parameters<typeof styleText>[0]

// `write` reports a closed pipe. Without a listener, the error event would also crash the process.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

/** Styles text if the stream is a terminal with colors and NO_COLOR is not set. */
function styled(stream: NodeJS.WriteStream, style: Style, text: string): string {
  return stream.isTTY && stream.hasColors() ? styleText(style, text) : text
}

/** Writes to standard output. Resolves once the stream has accepted the text. */
function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (!error) resolve()
      else if ('code' in error && error.code === 'EPIPE')
        reject(new ClosedOutputError('The reader of the output has exited.'))
      else reject(error)
    })
  })
}

const SECRET = /kw_[a-z]+_[0-9A-Za-z]{6,}/g

/** Writes to standard error, removing anything that looks like a secret. */
export const complain = (text: string): void => {
  process.stderr.write(`${text.replaceAll(SECRET, '…')}\n`)
}

/** Writes results to standard output, and messages to standard error. */
export class Output {
  readonly #isJson: boolean
  readonly #filter: string | undefined

  /** @param filter A jq filter for the JSON document. */
  constructor(isJson: boolean, filter?: string | undefined) {
    this.#isJson = isJson
    this.#filter = filter
  }

  /** Whether standard output contains only a single JSON document. */
  get isJson(): boolean {
    return this.#isJson
  }

  /**
   * Writes the result as a single JSON document. With a jq filter, writes its outputs one per line, with strings
   * unquoted.
   */
  async json(value: unknown): Promise<void> {
    if (this.#filter === undefined) return write(`${JSON.stringify(value, null, 2)}\n`)
    // Loaded on demand, so that commands without jq start faster.
    const { filtered } = await import('./jq.ts')
    await write(await filtered(value, this.#filter))
  }

  /** Writes text unchanged. */
  text(text: string): Promise<void> {
    return write(text)
  }

  /**
   * Writes rows under a header. Columns in `right` are right-aligned. On a terminal, the table is fitted to the width
   * unless `isWhole` is set.
   */
  async table(
    header: readonly string[],
    rows: readonly (readonly string[])[],
    { right = [], isWhole = false }: { right?: readonly string[]; isWhole?: boolean } = {},
  ): Promise<void> {
    const isRight = header.map((name) => right.includes(name))
    // A terminal whose width is unknown reports 0.
    const room = (!isWhole && process.stdout.isTTY && process.stdout.columns) || undefined
    const { lines, leftOut } = await table([header, ...rows], isRight, room)
    const [first = '', ...rest] = lines
    await write([styled(process.stdout, 'bold', first), ...rest].map((line) => `${line}\n`).join(''))
    if (leftOut.length > 0) this.note(`No room for ${leftOut.join(', ')}. Widen the terminal, or use a pipe or --json.`)
  }

  /** Writes an object's properties, one per line. */
  properties(pairs: readonly (readonly [string, string])[]): Promise<void> {
    const width = Math.max(...pairs.map(([name]) => name.length))
    const lineOf = ([name, value]: readonly [string, string]) =>
      `${styled(process.stdout, 'bold', name.padEnd(width))}  ${printable(value)}\n`
    return write(pairs.map(lineOf).join(''))
  }

  /**
   * Writes a secret, which is shown only once: as the only line of standard output, or in the JSON document. If the
   * secret cannot be written, it is lost, so the error says how to continue.
   */
  async secret(secret: string, payload: object, lost: string): Promise<void> {
    try {
      await (this.#isJson ? this.json(payload) : write(`${secret}\n`))
    } catch {
      throw new Error(`The secret could not be written to standard output, and is not shown again. ${lost}`)
    }
  }

  /** Writes a message to standard error, except with `--json`. */
  note(text: string): void {
    if (!this.#isJson) complain(printable(text))
  }

  /** Writes a warning to standard error, except with `--json`. */
  warn(text: string): void {
    if (!this.#isJson) complain(`${styled(process.stderr, 'yellow', 'Warning:')} ${printable(text)}`)
  }
}

/** Writes a failed command's error: for people, or as a single JSON document. */
export function complainOf(message: string, document: object, isJson: boolean): void {
  if (isJson) complain(JSON.stringify(document, null, 2))
  else complain(`${styled(process.stderr, 'red', 'Error:')} ${message.split('\n').map(printable).join('\n')}`)
}
