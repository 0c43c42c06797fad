import { ApiError } from '@keyward/sdk'
import { useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { keyward, queries } from './api.ts'

/** Queries that show keys. */
const SHOWS_KEYS = ['keys', 'key']
/** Queries that count keys. With hundreds of thousands of keys, they take the database half a second. */
const COUNTS_KEYS = ['key-counts']

/** Changes that arrive within this time are read together. */
const TOGETHER_MS = 150
const COUNTED_TOGETHER_MS = 2_000

/**
 * Follows the changes of the organization's keys by one stream, and reads them again. The client reconnects by itself. A hidden
 * page holds no stream, because browsers open at most six connections to a server for all of its pages.
 */
export function useLiveChanges(): void {
  const { organizationId } = useParams({ strict: false })
  useEffect(() => {
    if (!organizationId) return
    let left = new AbortController()
    const followWhileVisible = () => {
      left.abort()
      if (document.visibilityState === 'hidden') return
      left = new AbortController()
      void follow(organizationId, left.signal)
    }
    const onVisibility = () => {
      followWhileVisible()
      // Changes that were made while the page was hidden.
      if (document.visibilityState === 'visible') void readAgain()
    }
    followWhileVisible()
    document.addEventListener('visibilitychange', onVisibility)
    return () => {
      document.removeEventListener('visibilitychange', onVisibility)
      left.abort()
    }
  }, [organizationId])
}

const readAgain = (names: readonly string[] = [...SHOWS_KEYS, ...COUNTS_KEYS]) =>
  queries.invalidateQueries({ predicate: ({ queryKey }) => names.includes(String(queryKey[0])) })

/** Reads again after a change, one reading at a time: changes that never pause must neither delay it nor cut it off. */
function reader(names: readonly string[], togetherMs: number): () => Promise<void> {
  let reading = false
  let changed = false
  return async () => {
    changed = true
    if (reading) return
    reading = true
    while (changed) {
      await new Promise((resolve) => setTimeout(resolve, togetherMs))
      changed = false
      await readAgain(names)
    }
    reading = false
  }
}

async function follow(organizationId: string, signal: AbortSignal): Promise<void> {
  const readers = [reader(SHOWS_KEYS, TOGETHER_MS), reader(COUNTS_KEYS, COUNTED_TOGETHER_MS)]
  try {
    for await (const _change of keyward.apiKeys.changesOfOrganization({ organizationId }, { signal }))
      for (const read of readers) void read()
  } catch (error) {
    // Otherwise the person lost access, which the page's own queries report.
    if (!(error instanceof ApiError) || error.code !== 'BAD_REQUEST') return
    // The cursor is from before the database was restored.
    await readAgain()
    return follow(organizationId, signal)
  }
}
