import { styleText } from 'node:util'
import { ClosedOutputError } from './exit-codes.ts'
import { printable, table } from './table.ts'

type Style = Parameters<typeof styleText>[0]

// A closed pipe is told to whoever writes; without a listener the event would end the process.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

/** Text in a colour, where the stream is a terminal that shows colours and NO_COLOR is not set. */
function styled(stream: NodeJS.WriteStream, style: Style, text: string): string {
  return stream.isTTY && stream.hasColors() ? styleText(style, text) : text
}

/** Writes to standard output; resolves once the text is taken. */
function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (!error) resolve()
      else if ('code' in error && error.code === 'EPIPE') reject(new ClosedOutputError('Nobody reads the output.'))
      else reject(error)
    })
  })
}

const SECRET = /kw_[a-z]+_[0-9A-Za-z]{6,}/g

/** Writes to standard error, without anything that looks like a secret. */
export const complain = (text: string): void => {
  process.stderr.write(`${text.replaceAll(SECRET, '…')}\n`)
}

/** What goes where: results to standard output, everything that is said about them to standard error. */
export class Output {
  readonly #isJson: boolean

  constructor(isJson: boolean) {
    this.#isJson = isJson
  }

  /** Whether one JSON document is wanted, and nothing else. */
  get isJson(): boolean {
    return this.#isJson
  }

  /** The result as one JSON document. */
  json(value: unknown): Promise<void> {
    return write(`${JSON.stringify(value, null, 2)}\n`)
  }

  /** Text as it is. */
  text(text: string): Promise<void> {
    return write(text)
  }

  /**
   * Rows under a header; `right` names the columns of numbers, which are aligned to the right. On a terminal they are no
   * wider than it, unless the rows are wanted whole.
   */
  async table(
    header: readonly string[],
    rows: readonly (readonly string[])[],
    { right = [], isWhole = false }: { right?: readonly string[]; isWhole?: boolean } = {},
  ): Promise<void> {
    const isRight = header.map((name) => right.includes(name))
    // A terminal that does not know its width says 0.
    const room = (!isWhole && process.stdout.isTTY && process.stdout.columns) || undefined
    const { lines, leftOut } = table([header, ...rows], isRight, room)
    const [first = '', ...rest] = lines
    await write([styled(process.stdout, 'bold', first), ...rest].map((line) => `${line}\n`).join(''))
    if (leftOut.length > 0)
      this.note(`There was no room for ${leftOut.join(', ')}: a wider terminal, a pipe or --json has all.`)
  }

  /** One thing: a line for each of its properties. */
  properties(pairs: readonly (readonly [string, string])[]): Promise<void> {
    const width = Math.max(...pairs.map(([name]) => name.length))
    const lineOf = ([name, value]: readonly [string, string]) =>
      `${styled(process.stdout, 'bold', name.padEnd(width))}  ${printable(value)}\n`
    return write(pairs.map(lineOf).join(''))
  }

  /**
   * The one time that a secret is shown: alone on standard output, or within the JSON document. Where it cannot be
   * written it is lost, so the failure says what then.
   */
  async secret(secret: string, payload: object, lost: string): Promise<void> {
    try {
      await (this.#isJson ? this.json(payload) : write(`${secret}\n`))
    } catch {
      throw new Error(`The secret could not be written to standard output, and is not shown again. ${lost}`)
    }
  }

  /** Says something to people, on standard error. With `--json` nothing is said. */
  note(text: string): void {
    if (!this.#isJson) complain(printable(text))
  }

  /** Says what to be careful about. */
  warn(text: string): void {
    if (!this.#isJson) complain(`${styled(process.stderr, 'yellow', 'Warning:')} ${printable(text)}`)
  }
}

/** Says why a command failed: for people, or as one JSON document. */
export function complainOf(message: string, document: object, isJson: boolean): void {
  if (isJson) complain(JSON.stringify(document, null, 2))
  else complain(`${styled(process.stderr, 'red', 'Error:')} ${message.split('\n').map(printable).join('\n')}`)
}
