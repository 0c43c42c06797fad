/** One server-sent event. */
export interface ServerSentEvent {
  event: string
  data: string
}

/** Maximum length of an event. Keyward servers send shorter ones. */
const LONGEST_EVENT = 4_194_304

function parse(block: string): ServerSentEvent | null {
  let event = 'message'
  const data: string[] = []
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^([^:]+)(?:: ?(.*))?$/.exec(line) ?? []
    if (field === 'event') event = value
    if (field === 'data') data.push(value)
  }
  return event === 'message' && data.length === 0 ? null : { event, data: data.join('\n') }
}

/**
 * Parses server-sent events from a body. `read` wraps every wait for bytes. `onBytes`, if given, is called when bytes
 * arrive.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  read: <T>(bytes: Promise<T>) => Promise<T>,
  onBytes?: () => void,
): AsyncGenerator<ServerSentEvent, void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (;;) {
      const { done, value } = await read(reader.read())
      if (done) return
      onBytes?.()
      // A trailing carriage return may be the first half of a line break.
      text = (text + decoder.decode(value, { stream: true })).replace(/\r\n|\r(?!$)/g, '\n')
      if (text.length > LONGEST_EVENT) throw new RangeError('A stream event is too long.')
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = parse(block)
        if (event) yield event
      }
    }
  } finally {
    // Not awaited, because a source that hangs would block the caller.
    reader.cancel().catch(() => {})
  }
}
