import { ApiError, Keyward } from '@keyward/sdk'
import { QueryClient } from '@tanstack/react-query'
import { INSTANCE } from './instance.ts'

/** The client of this page. The browser sends the session cookie. */
export const keyward = new Keyward({ baseUrl: location.origin + INSTANCE.prefix })

const FINAL = ['FORBIDDEN', 'NOT_FOUND', 'VALIDATION', 'UNAUTHENTICATED', 'BAD_REQUEST']

export const queries = new QueryClient({
  defaultOptions: {
    // Variables and results of mutations may contain passwords and secrets, so they are not kept.
    mutations: { gcTime: 0 },
    queries: {
      staleTime: 10_000,
      // Otherwise, paging for minutes would keep every page in memory.
      gcTime: 30_000,
      // The client itself retries requests that a bad network lost.
      retry: (failures, error) => failures < 1 && !(error instanceof ApiError && FINAL.includes(error.code)),
    },
  },
})

/** Reads everything that is on the page again, after a change. */
export const refresh = (): Promise<void> => queries.invalidateQueries()
