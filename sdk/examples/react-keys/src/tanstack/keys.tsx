import { type ApiKey, Keyward, type Page } from '@keyward/sdk'
import { QueryClient, QueryClientProvider, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { type Connection, type Keys, PAGE } from '../app/keys.ts'
import { KeysPage } from '../app/keys-page.tsx'
import { start } from '../app/start.tsx'

function useKeys({ baseUrl, token, projectId }: Connection): Keys {
  const client = useMemo(() => new Keyward({ baseUrl, token }), [baseUrl, token])
  const queries = useQueryClient()
  const [failure, setFailure] = useState<Error | null>(null)

  const list = useInfiniteQuery({
    queryKey: ['keys', projectId],
    queryFn: ({ pageParam: load }) => load(),
    initialPageParam: async (): Promise<Page<ApiKey> | null> => client.apiKeys.list({ projectId, pageSize: PAGE }),
    getNextPageParam: (page) => (page?.pageInfo.hasNextPage ? () => page.next() : null),
  })

  useEffect(() => {
    const unmounted = new AbortController()
    async function follow() {
      // Reconnects by itself, and ends with an error once access is lost.
      for await (const _ of client.apiKeys.changes({ projectId }, { signal: unmounted.signal })) {
        await queries.invalidateQueries({ queryKey: ['keys', projectId] })
      }
    }
    follow().catch(setFailure)
    return () => unmounted.abort()
  }, [client, queries, projectId])

  return {
    rows: list.data?.pages.flatMap((page) => page?.items ?? []),
    error: list.error ?? failure,
    loadMore: list.hasNextPage ? list.fetchNextPage : null,
    create: useMutation({ mutationFn: (name: string) => client.apiKeys.create({ projectId, name }) }).mutateAsync,
    rotate: useMutation({ mutationFn: (id: string) => client.apiKeys.rotate({ id }) }).mutateAsync,
    revoke: useMutation({ mutationFn: (id: string) => client.apiKeys.revoke({ id }) }).mutateAsync,
  }
}

const ProjectKeys = (connection: Connection) => <KeysPage {...useKeys(connection)} />

const queries = new QueryClient()

start((connection) => (
  <QueryClientProvider client={queries}>
    <ProjectKeys {...connection} />
  </QueryClientProvider>
))
