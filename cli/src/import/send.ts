import { setTimeout as delay } from 'node:timers/promises'
import {
  type ApiKeyImportOutcome,
  type ApiKeyImportRow,
  ConnectionError,
  type Keyward,
  RateLimitError,
  ServerError,
  TimeoutError,
} from '@keyward/sdk'

/** Rows per request, so that requests stay far below the server's size cap. */
export const BATCH = 100
const ATTEMPTS = 4
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_S = 60

/** The delay before the next attempt, in milliseconds. Null if retrying cannot help. */
function waitAfter(error: unknown, attempt: number): number | null {
  const isTransient = [ConnectionError, RateLimitError, ServerError, TimeoutError].some((kind) => error instanceof kind)
  if (!isTransient || attempt >= ATTEMPTS) return null
  const asked = error instanceof RateLimitError || error instanceof ServerError ? (error.retryAfter ?? 0) : 0
  return asked > LONGEST_WAIT_S ? null : Math.max(asked * 1_000, FIRST_WAIT_MS * 2 ** (attempt - 1))
}

async function sendBatch(client: Keyward, organizationId: string, rows: readonly ApiKeyImportRow[]) {
  // The SDK does not retry a mutation without an idempotency key. Repeating an import is safe, because the server skips
  // rows that are already imported.
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await client.apiKeys.import({ organizationId, rows })
    } catch (error) {
      const wait = waitAfter(error, attempt)
      if (wait === null) throw error
      await delay(wait)
    }
  }
}

/** Sends rows in batches and yields each row's outcome. `row` counts across all batches. */
export async function* sendImport(
  client: Keyward,
  organizationId: string,
  rows: readonly ApiKeyImportRow[],
): AsyncGenerator<ApiKeyImportOutcome, void> {
  for (let first = 0; first < rows.length; first += BATCH) {
    const outcomes = await sendBatch(client, organizationId, rows.slice(first, first + BATCH))
    for (const outcome of outcomes) yield { ...outcome, row: first + outcome.row }
  }
}
