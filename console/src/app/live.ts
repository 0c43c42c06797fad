import { ApiError, type ApiKeyChange } from '@keyward/sdk'
import { useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { keyward, queries } from './api.ts'

/** Queries that show keys. */
const SHOWS_KEYS = ['keys', 'key']
/** Queries that count keys. With hundreds of thousands of keys, they take the database half a second. */
const COUNTS_KEYS = ['key-counts']

/** Changes that arrive within this time are handled together. */
const TOGETHER_MS = 150
const COUNTED_TOGETHER_MS = 2_000

/** Errors that persist until the person does something. The page's own queries show them. */
const LOST_ACCESS = ['FORBIDDEN', 'NOT_FOUND', 'UNAUTHENTICATED', 'VALIDATION']
const LONGEST_PAUSE_MS = 30_000

/**
 * Follows changes of the organization's keys through one stream, and refetches the changed keys. The client reconnects
 * by itself. A hidden page closes its stream, because browsers open at most six connections to a server for all of its
 * pages.
 */
export function useLiveChanges(): void {
  const { organizationId } = useParams({ strict: false })
  useEffect(() => {
    if (!organizationId) return
    let left = new AbortController()
    const followWhileVisible = (missedChanges: boolean) => {
      left.abort()
      if (document.visibilityState === 'hidden') return
      left = new AbortController()
      void follow(organizationId, missedChanges, left.signal)
    }
    // Changes may have been made while the page was hidden.
    const onVisibility = () => followWhileVisible(true)
    followWhileVisible(false)
    document.addEventListener('visibilitychange', onVisibility)
    return () => {
      document.removeEventListener('visibilitychange', onVisibility)
      left.abort()
    }
  }, [organizationId])
}

type Concerns = (queryKey: readonly unknown[]) => boolean

const readAgain = (names: readonly string[], concerns: Concerns = () => true) =>
  queries.invalidateQueries({
    predicate: ({ queryKey }) => names.includes(String(queryKey[0])) && concerns(queryKey),
  })

/** Whether a query shows one of the changed keys: itself, or a list of its project or of the organization. */
function concern(changed: readonly ApiKeyChange[]): Concerns {
  const keys = changed.map(({ apiKey }) => apiKey)
  return ([name, ...rest]) =>
    keys.some((key) => {
      // The key no longer exists, so the lists that contained it are unknown.
      if (key === null) return true
      if (name === 'key') return rest[0] === key.id
      const [, projectId] = rest
      return projectId === null || projectId === key.project.id
    })
}

/**
 * Refetches after a change, one refetch at a time. A continuous flow of changes must neither delay a refetch nor cut it
 * off.
 */
function reader(names: readonly string[], togetherMs: number): (change: ApiKeyChange) => Promise<void> {
  let reading = false
  let changed: ApiKeyChange[] = []
  return async (change) => {
    changed.push(change)
    if (reading) return
    reading = true
    while (changed.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, togetherMs))
      const concerns = concern(changed)
      changed = []
      await readAgain(names, concerns)
    }
    reading = false
  }
}

/** Waits longer after each failure in a row. Only the first retry is immediate. */
async function pause(failures: number, signal: AbortSignal): Promise<void> {
  if (failures < 2) return
  const milliseconds = Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures) * (0.5 + Math.random() / 2)
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done)
  })
}

async function follow(organizationId: string, missedChanges: boolean, signal: AbortSignal): Promise<void> {
  const readers = [reader(SHOWS_KEYS, TOGETHER_MS), reader(COUNTS_KEYS, COUNTED_TOGETHER_MS)]
  let missed = missedChanges
  let failures = 0
  while (!signal.aborted) {
    try {
      const retries = { signal, maxRetries: Number.POSITIVE_INFINITY }
      const { changeCursor: after } = await keyward.organizations.getChangeCursor(organizationId, retries)
      // The stream contains every change after the cursor, so the pages are refetched after the cursor was read.
      if (missed) void readAgain([...SHOWS_KEYS, ...COUNTS_KEYS])
      missed = true
      for await (const change of keyward.apiKeys.changesOfOrganization({ organizationId }, { after, signal })) {
        failures = 0
        for (const read of readers) void read(change)
      }
    } catch (error) {
      if (signal.aborted || (error instanceof ApiError && LOST_ACCESS.includes(error.code))) return
      // The cursor is from before a restore of the database, or the server is older and does not support the stream.
      failures += 1
      await pause(failures, signal)
    }
  }
}
