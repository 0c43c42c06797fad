import { createClient } from 'graphql-sse'
import type { Connection } from './keys.ts'

interface Sink {
  next(value: { data: Record<string, unknown> }): void
  error(error: Error): void
  complete(): void
}

/** Sends subscriptions as server-sent events, and connects again after a lost connection. */
export function openStream({ baseUrl, token }: Connection) {
  const client = createClient({
    url: `${baseUrl}/graphql`,
    headers: { authorization: `Bearer ${token}` },
    retryAttempts: Number.POSITIVE_INFINITY,
  })
  /** Returns the function that ends the subscription. */
  return (query: string, variables: Record<string, unknown>, sink: Sink) =>
    client.subscribe<Record<string, unknown>>(
      { query, variables },
      {
        next({ data, errors }) {
          if (data) sink.next({ data })
          else sink.error(new Error(errors?.[0]?.message ?? 'The stream ended.'))
        },
        error: (error) => sink.error(error instanceof Error ? error : new Error(String(error))),
        complete: () => sink.complete(),
      },
    )
}
