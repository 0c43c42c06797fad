import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { ApolloProvider, useMutation, useQuery, useSubscription } from '@apollo/client/react'
import { relayStylePagination } from '@apollo/client/utilities'
import { OperationTypeNode, print } from 'graphql'
import { useState } from 'react'
import { Observable } from 'rxjs'
import { type Connection, type Keys, PAGE } from '../app/keys.ts'
import { KeysPage } from '../app/keys-page.tsx'
import { outcomeOf } from '../app/outcome.ts'
import { start } from '../app/start.tsx'
import { openStream } from '../app/stream.ts'
import { useFirst } from '../app/use-first.ts'
import {
  CreateKeyDocument,
  KeyChangesDocument,
  KeysDocument,
  RevokeKeyDocument,
  RotateKeyDocument,
} from '../graphql/generated/graphql.ts'
import { possibleTypes } from '../graphql/possible-types.ts'
import { withKey } from '../graphql/with-key.ts'

function createClient(connection: Connection): ApolloClient {
  const subscribe = openStream(connection)
  return new ApolloClient({
    cache: new InMemoryCache({
      possibleTypes,
      typePolicies: { Project: { fields: { apiKeys: relayStylePagination() } } },
    }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new ApolloLink(({ query, variables }) => new Observable((sink) => subscribe(print(query), variables, sink))),
      new HttpLink({ uri: `${connection.baseUrl}/graphql`, headers: { authorization: `Bearer ${connection.token}` } }),
    ),
  })
}

function useKeys({ projectId }: Connection): Keys {
  const query = { query: KeysDocument, variables: { projectId, first: PAGE } }
  const { data, error, fetchMore } = useQuery(query.query, { variables: query.variables })
  const project = data?.project
  const after = useFirst(project?.changeCursor)

  const changes = useSubscription(KeyChangesDocument, {
    variables: { projectId, after: after ?? null },
    skip: after === undefined,
    onData({ client, data: { data: change } }) {
      if (change) client.cache.updateQuery(query, (keys) => keys && withKey(keys, change))
    },
  })

  const [create] = useMutation(CreateKeyDocument)
  const [rotate] = useMutation(RotateKeyDocument)
  const [revoke] = useMutation(RevokeKeyDocument)

  const page = project?.apiKeys?.pageInfo
  return {
    rows: project?.apiKeys?.edges.map(({ node }) => node),
    error:
      error ??
      changes.error ??
      (data && !project ? new Error('No project with this id (prj_…) is visible to you.') : null),
    loadMore: page?.hasNextPage ? () => fetchMore({ variables: { after: page.endCursor } }) : null,
    create: async (name) => outcomeOf((await create({ variables: { input: { projectId, name } } })).data?.apiKeyCreate),
    rotate: async (id) => outcomeOf((await rotate({ variables: { input: { id } } })).data?.apiKeyRotate),
    revoke: async (id) => outcomeOf((await revoke({ variables: { input: { id } } })).data?.apiKeyRevoke),
  }
}

const ProjectKeys = (connection: Connection) => <KeysPage {...useKeys(connection)} />

start((connection) => {
  const [client] = useState(() => createClient(connection))
  return (
    <ApolloProvider client={client}>
      <ProjectKeys {...connection} />
    </ApolloProvider>
  )
})
