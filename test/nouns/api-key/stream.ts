import type { App } from '../../../server/app.ts'
import { type Json, ORIGIN } from '../../infra/app.ts'

const PATIENCE_MS = 10_000

const subscription = (ofKey: string) => `subscription ($projectId: ID, $organizationId: ID, $after: String) {
  apiKeyChanges(projectId: $projectId, organizationId: $organizationId, after: $after) {
    cursor kind at apiKey { ${ofKey} } } }`

/** A subscription over server-sent events, as a client reads it. */
export interface Stream {
  status: number
  /** The result of the next event. Null at the end of the stream. Fails if neither arrives in time. */
  next(): Promise<Json | null>
  /** Reads to the end of the stream. */
  rest(): Promise<Json[]>
  /** Disconnects. */
  leave(): Promise<void>
}

/**
 * Opens a stream of a project's or an organization's key changes with these fields of the keys. Resolves once the server has
 * started or rejected it.
 */
export async function openStream(
  app: App,
  token: string | null,
  variables: { projectId?: Json; organizationId?: Json; after?: Json },
  ofKey = 'id name',
): Promise<Stream> {
  const response = await app.fetch(
    new Request(`${ORIGIN}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query: subscription(ofKey), variables }),
    }),
  )
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (!reader) throw new Error('An answer without a body')
  let text = ''
  let over = false
  const next = async (): Promise<Json | null> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const block = text.slice(0, end)
        text = text.slice(end + 2)
        const data = block.split('\n').flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trim()] : []))
        if (block.includes('event: complete')) over = true
        else if (data.length > 0 && data[0] !== '') return JSON.parse(data.join('\n'))
        continue
      }
      if (over) return null
      const { done, value } = await inTime(reader.read())
      if (done) over = true
      else text += value
      if (done && text === '') return null
      if (done) text += '\n\n'
    }
  }
  return {
    status: response.status,
    next,
    async rest() {
      const results: Json[] = []
      for (let result = await next(); result !== null; result = await next()) results.push(result)
      return results
    },
    leave: () => reader.cancel(),
  }
}

async function inTime<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Nothing came within ${PATIENCE_MS} ms`)), PATIENCE_MS)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
