import { cacheExchange } from '@urql/exchange-graphcache'
import { relayPagination } from '@urql/exchange-graphcache/extras'
import { useState } from 'react'
import { Client, fetchExchange, Provider, subscriptionExchange, useMutation, useQuery, useSubscription } from 'urql'
import { type Connection, type Keys, PAGE } from '../app/keys.ts'
import { KeysPage } from '../app/keys-page.tsx'
import { outcomeOf } from '../app/outcome.ts'
import { start } from '../app/start.tsx'
import { openStream } from '../app/stream.ts'
import { useFirst } from '../app/use-first.ts'
import {
  CreateKeyDocument,
  KeyChangesDocument,
  type KeyChangesSubscription,
  KeysDocument,
  RevokeKeyDocument,
  RotateKeyDocument,
} from '../graphql/generated/graphql.ts'
import { possibleTypes } from '../graphql/possible-types.ts'
import { withKey } from '../graphql/with-key.ts'

/** Changes have no id, so the cache keeps only their keys. */
const hasNoKey = () => null

function createClient(connection: Connection): Client {
  const subscribe = openStream(connection)
  const variables = { projectId: connection.projectId, first: PAGE }
  const cache = cacheExchange({
    possibleTypes,
    keys: { ApiKeyChange: hasNoKey },
    resolvers: { Project: { apiKeys: relayPagination() } },
    updates: {
      Subscription: {
        apiKeyChanges(change: KeyChangesSubscription, _arguments, cache) {
          cache.updateQuery({ query: KeysDocument, variables }, (keys) => keys && withKey(keys, change))
        },
      },
    },
  })
  const live = subscriptionExchange({
    forwardSubscription: ({ query = '', variables = {} }) => ({
      subscribe: (sink) => ({ unsubscribe: subscribe(query, variables, sink) }),
    }),
  })
  return new Client({
    url: `${connection.baseUrl}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${connection.token}` } },
    exchanges: [cache, fetchExchange, live],
  })
}

function useKeys({ projectId }: Connection): Keys {
  const [cursor, setCursor] = useState<string | null>()
  const [{ data, error }] = useQuery({
    query: KeysDocument,
    variables: { projectId, first: PAGE, ...(cursor && { after: cursor }) },
  })
  const project = data?.project
  const after = useFirst(project?.changeCursor)

  const [changes] = useSubscription({
    query: KeyChangesDocument,
    variables: { projectId, after: after ?? null },
    pause: after === undefined,
  })

  const [, create] = useMutation(CreateKeyDocument)
  const [, rotate] = useMutation(RotateKeyDocument)
  const [, revoke] = useMutation(RevokeKeyDocument)

  const page = project?.apiKeys?.pageInfo
  return {
    rows: project?.apiKeys?.edges.map(({ node }) => node),
    error:
      error ??
      changes.error ??
      (data && !project ? new Error('No project with this id (prj_…) is visible to you.') : null),
    loadMore: page?.hasNextPage ? () => setCursor(page.endCursor) : null,
    async create(name) {
      const { data: result, error: failure } = await create({ input: { projectId, name } })
      if (failure) throw failure
      return outcomeOf(result?.apiKeyCreate)
    },
    async rotate(id) {
      const { data: result, error: failure } = await rotate({ input: { id } })
      if (failure) throw failure
      return outcomeOf(result?.apiKeyRotate)
    },
    async revoke(id) {
      const { data: result, error: failure } = await revoke({ input: { id } })
      if (failure) throw failure
      return outcomeOf(result?.apiKeyRevoke)
    },
  }
}

const ProjectKeys = (connection: Connection) => <KeysPage {...useKeys(connection)} />

start((connection) => {
  const [client] = useState(() => createClient(connection))
  return (
    <Provider value={client}>
      <ProjectKeys {...connection} />
    </Provider>
  )
})
