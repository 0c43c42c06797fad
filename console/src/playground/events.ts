/** Maximum size of one event, in characters. */
const MAX_EVENT = 1_000_000

const LINE = /\r?\n/

/** Reads the data of server-sent events. Other fields and comments are ignored. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let data: string[] = []
  try {
    for (;;) {
      const { done, value } = await reader.read()
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true })
      if (rest.length > MAX_EVENT) throw new Error('The endpoint sent an event that is too long.')
      const lines = rest.split(LINE)
      // The last line may be incomplete.
      rest = done ? '' : (lines.pop() ?? '')
      for (const line of lines) {
        if (line.startsWith('data:')) data.push(line.slice(5).trimStart())
        else if (line === '' && data.length > 0) {
          yield data.join('\n')
          data = []
        }
      }
      if (done) return
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
