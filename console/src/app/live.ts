import { ApiError } from '@keyward/sdk'
import { useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { keyward, queries } from './api.ts'

/** Queries that show keys. */
const SHOWS_KEYS = ['keys', 'key']

/** Changes that arrive within this time are read together. */
const TOGETHER_MS = 150

/** Follows the changes of the project on the page by one stream, and reads its keys again. The client reconnects by itself. */
export function useLiveChanges(): void {
  const { projectId } = useParams({ strict: false })
  useEffect(() => {
    if (!projectId) return
    const left = new AbortController()
    void follow(projectId, left.signal)
    return () => left.abort()
  }, [projectId])
}

const readAgain = () =>
  queries.invalidateQueries({ predicate: ({ queryKey }) => SHOWS_KEYS.includes(String(queryKey[0])) })

/** Reads again after a change, one reading at a time: changes that never pause must neither delay it nor cut it off. */
function reader(): () => Promise<void> {
  let reading = false
  let changed = false
  return async () => {
    changed = true
    if (reading) return
    reading = true
    while (changed) {
      await new Promise((resolve) => setTimeout(resolve, TOGETHER_MS))
      changed = false
      await readAgain()
    }
    reading = false
  }
}

async function follow(projectId: string, signal: AbortSignal): Promise<void> {
  const read = reader()
  try {
    for await (const _change of keyward.apiKeys.changes({ projectId }, { signal })) void read()
  } catch (error) {
    // Otherwise the person lost access, which the page's own queries report.
    if (!(error instanceof ApiError) || error.code !== 'BAD_REQUEST') return
    // The cursor is from before the database was restored.
    await readAgain()
    return follow(projectId, signal)
  }
}
