import type { FollowOptions } from '../core/options.ts'
import { answerOf } from './answer.ts'
import { isRecord } from './json.ts'
import type { Operation } from './operation.ts'
import { backoff, wait } from './retry.ts'
import { isTransient } from './server-errors.ts'
import type { Transport } from './transport.ts'

/**
 * Reads the current cursor of a project or an organization before its stream starts, so that no change is missed if the
 * connection is lost before the first change. Other streams start with an event that contains their cursor. Undefined
 * if the project or organization cannot be read; the stream then reports the reason.
 */
function startOf(transport: Transport, variables: object, options: FollowOptions, signal: AbortSignal) {
  const { timeout } = options
  const field = 'projectId' in variables ? 'project' : 'organization'
  const text = `query ApiKeysChangeCursor($${field}Id:ID!){owner:${field}(id:$${field}Id){changeCursor}}`
  const call = { name: 'ApiKeysChangeCursor', text, variables, mayRepeat: true }
  // Retries are disabled, because `changes` counts failures itself.
  const once = { ...(timeout === undefined ? {} : { timeout }), maxRetries: 0, signal }
  return transport.send(call, once, ({ data }) => {
    const owner = isRecord(data) && isRecord(data.owner) ? data.owner : {}
    return typeof owner.changeCursor === 'string' ? owner.changeCursor : undefined
  })
}

async function* changes<Item extends { readonly cursor: string }>(
  transport: Transport,
  operation: Operation<Item>,
  variables: object,
  options: FollowOptions,
  signal: AbortSignal,
): AsyncGenerator<Item, void> {
  const { timeout, maxRetries = Number.POSITIVE_INFINITY } = options
  const { name, text } = operation
  let after = options.after
  let failures = 0
  while (!signal.aborted) {
    try {
      if ('projectId' in variables || 'organizationId' in variables)
        after ??= await startOf(transport, variables, options, signal)
      const call = { name, text, variables: { ...variables, after }, mayRepeat: true }
      for await (const answer of transport.stream(call, { timeout, signal })) {
        const item = answerOf(operation, answer)
        after = item.cursor
        failures = 0
        yield item
      }
    } catch (error) {
      if (signal.aborted) return
      if (!isTransient(error) || failures >= maxRetries) throw error
    }
    // The server ends a stream when it stops, or when the caller loses access. The next attempt shows the reason.
    failures += 1
    await wait(backoff(failures), signal).catch(() => {})
  }
}

/** Yields changes. Reconnects after a lost connection and resumes from the last change. */
export function follow<Item extends { readonly cursor: string }>(
  transport: Transport,
  operation: Operation<Item>,
  variables: object,
  options: FollowOptions,
): AsyncIterableIterator<Item> {
  const ended = new AbortController()
  const end = () => ended.abort()
  options.signal?.addEventListener('abort', end, { once: true })
  if (options.signal?.aborted) end()
  const items = changes(transport, operation, variables, options, ended.signal)
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next: () => items.next(),
    // A generator would not return before the next change.
    return() {
      options.signal?.removeEventListener('abort', end)
      end()
      return items.return()
    },
  }
}
