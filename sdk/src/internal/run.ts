import type { FollowOptions, IdempotentOptions, RequestOptions } from '../core/options.ts'
import { List, type LoadedPage } from '../core/page.ts'
import { answerOf } from './answer.ts'
import { follow as followChanges } from './follow.ts'
import { newIdempotencyKey } from './idempotency.ts'
import { isRecord } from './json.ts'
import type { Operation } from './operation.ts'
import type { Transport } from './transport.ts'

/** Sends a query. */
export async function read<Result>(
  transport: Transport,
  operation: Operation<Result>,
  variables: object,
  options?: RequestOptions,
): Promise<Result> {
  const { name, text } = operation
  return transport.send({ name, text, variables, mayRepeat: true }, options, (answer) => answerOf(operation, answer))
}

/** Sends a query that charges limits. It is never retried. */
export async function charge<Result>(
  transport: Transport,
  operation: Operation<Result>,
  variables: object,
  options?: RequestOptions,
): Promise<Result> {
  const { name, text } = operation
  return transport.send({ name, text, variables, mayRepeat: false }, options, (answer) => answerOf(operation, answer))
}

/** Sends a mutation. Retries only if the mutation has an idempotency key, which makes retries safe. */
export async function change<Result>(
  transport: Transport,
  operation: Operation<Result>,
  { input }: { input: object },
  options?: IdempotentOptions,
): Promise<Result> {
  const { name, text, takesIdempotencyKey: mayRepeat = false } = operation
  const key = mayRepeat ? { idempotencyKey: options?.idempotencyKey ?? newIdempotencyKey() } : {}
  const call = { name, text, variables: { input: { ...input, ...key } }, mayRepeat }
  return transport.send(call, options, (answer) => answerOf(operation, answer))
}

function loadedPage<Item>(connection: unknown): LoadedPage<Item> {
  const { nodes, pageInfo, totalCount, totalCountCapped } = isRecord(connection) ? connection : {}
  const { hasNextPage, endCursor } = isRecord(pageInfo) ? pageInfo : {}
  return {
    items: Array.isArray(nodes) ? nodes : [],
    cursor: hasNextPage === true && typeof endCursor === 'string' ? endCursor : null,
    totalCount: typeof totalCount === 'number' ? totalCount : null,
    totalCountCapped: typeof totalCountCapped === 'boolean' ? totalCountCapped : null,
  }
}

/** Creates a list that loads its pages on demand. */
export function list<Item>(
  transport: Transport,
  operation: Operation<Item>,
  variables: object,
  options?: RequestOptions,
): List<Item> {
  const { name, text } = operation
  return new List((after) =>
    transport.send({ name, text, variables: { ...variables, after }, mayRepeat: true }, options, (answer) =>
      loadedPage<Item>(answerOf<unknown>(operation, answer)),
    ),
  )
}

/** Subscribes to changes. */
export function follow<Item extends { readonly cursor: string }>(
  transport: Transport,
  operation: Operation<Item>,
  variables: object,
  options?: FollowOptions,
): AsyncIterableIterator<Item> {
  return followChanges(transport, operation, variables, options ?? {})
}
