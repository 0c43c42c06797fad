import { Suspense, useMemo, useState } from 'react'
import {
  graphql,
  RelayEnvironmentProvider,
  useLazyLoadQuery,
  usePaginationFragment,
  useSubscription,
} from 'react-relay'
import { ConnectionHandler, type GraphQLSubscriptionConfig } from 'relay-runtime'
import { FailureBoundary } from '../app/failure-boundary.tsx'
import { type Connection, type Keys, PAGE } from '../app/keys.ts'
import { KeysPage } from '../app/keys-page.tsx'
import { outcomeOf } from '../app/outcome.ts'
import { start } from '../app/start.tsx'
import { createEnvironment } from './environment.ts'
import type { keysChangesSubscription } from './generated/keysChangesSubscription.graphql.ts'
import type { keysCreateMutation } from './generated/keysCreateMutation.graphql.ts'
import type { keysPage_project$key } from './generated/keysPage_project.graphql.ts'
import type { keysPageQuery } from './generated/keysPageQuery.graphql.ts'
import type { keysQuery } from './generated/keysQuery.graphql.ts'
import type { keysRevokeMutation } from './generated/keysRevokeMutation.graphql.ts'
import type { keysRotateMutation } from './generated/keysRotateMutation.graphql.ts'
import { useChange } from './use-change.ts'

graphql`
  fragment keysRow_apiKey on ApiKey {
    id
    name
    start
    status
    createdAt
    createdByName
    lastUsedAt
  }
`

const listQuery = graphql`
  query keysQuery($projectId: ID!, $first: Int!) {
    project(id: $projectId) {
      changeCursor
      ...keysPage_project @arguments(first: $first)
    }
  }
`

// The compiler writes the query of the next page: it reads the project with `node(id:)`.
const page = graphql`
  fragment keysPage_project on Project
  @refetchable(queryName: "keysPageQuery")
  @argumentDefinitions(first: { type: "Int!" }, after: { type: "String" }) {
    apiKeys(first: $first, after: $after) @connection(key: "keysPage_apiKeys") {
      __id
      edges {
        node {
          ...keysRow_apiKey @relay(mask: false)
        }
      }
    }
  }
`

const createMutation = graphql`
  mutation keysCreateMutation($input: ApiKeyCreateInput!) {
    apiKeyCreate(input: $input) {
      ... on ApiKeyCreatePayload {
        secret
        apiKey {
          ...keysRow_apiKey
        }
      }
      ... on Error {
        message
      }
    }
  }
`

const rotateMutation = graphql`
  mutation keysRotateMutation($input: ApiKeyRotateInput!) {
    apiKeyRotate(input: $input) {
      ... on ApiKeyRotatePayload {
        secret
        apiKey {
          ...keysRow_apiKey
        }
      }
      ... on Error {
        message
      }
    }
  }
`

const revokeMutation = graphql`
  mutation keysRevokeMutation($input: ApiKeyRevokeInput!) {
    apiKeyRevoke(input: $input) {
      ... on ApiKeyRevokePayload {
        apiKey {
          ...keysRow_apiKey
        }
      }
      ... on Error {
        message
      }
    }
  }
`

const subscription = graphql`
  subscription keysChangesSubscription($projectId: ID!, $after: String) {
    apiKeyChanges(projectId: $projectId, after: $after) {
      kind
      apiKey {
        ...keysRow_apiKey
      }
    }
  }
`

/** Follows the changes. Relay updates keys that it knows by itself, and a new one is added to the list. */
const changesOf = (
  projectId: string,
  after: string | null | undefined,
  list: string | undefined,
): GraphQLSubscriptionConfig<keysChangesSubscription> => ({
  subscription,
  variables: { projectId, after },
  updater(store) {
    const change = store.getRootField('apiKeyChanges')
    const key = change?.getLinkedRecord('apiKey')
    const connection = list === undefined ? null : store.get(list)
    if (change?.getValue('kind') !== 'API_KEY_CREATED' || !key || !connection) return
    const nodes = connection.getLinkedRecords('edges')?.map((edge) => edge.getLinkedRecord('node')?.getDataID())
    if (nodes?.includes(key.getDataID())) return
    ConnectionHandler.insertEdgeBefore(connection, ConnectionHandler.createEdge(store, connection, key, 'ApiKeyEdge'))
  },
})

function useKeys({ projectId }: Connection): Keys {
  const { project } = useLazyLoadQuery<keysQuery>(listQuery, { projectId, first: PAGE })
  const list = usePaginationFragment<keysPageQuery, keysPage_project$key>(page, project)
  const keys = list.data?.apiKeys
  const after = project?.changeCursor
  useSubscription(useMemo(() => changesOf(projectId, after, keys?.__id), [projectId, after, keys?.__id]))

  const create = useChange<keysCreateMutation>(createMutation)
  const rotate = useChange<keysRotateMutation>(rotateMutation)
  const revoke = useChange<keysRevokeMutation>(revokeMutation)
  return {
    rows: keys?.edges.map(({ node }) => node),
    error: project ? null : new Error('No project with this id (prj_…) is visible to you.'),
    loadMore: list.hasNext ? () => list.loadNext(PAGE) : null,
    create: async (name) => outcomeOf((await create({ input: { projectId, name } })).apiKeyCreate),
    rotate: async (id) => outcomeOf((await rotate({ input: { id } })).apiKeyRotate),
    revoke: async (id) => outcomeOf((await revoke({ input: { id } })).apiKeyRevoke),
  }
}

const ProjectKeys = (connection: Connection) => <KeysPage {...useKeys(connection)} />

start((connection) => {
  const [environment] = useState(() => createEnvironment(connection))
  return (
    <RelayEnvironmentProvider environment={environment}>
      <FailureBoundary>
        <Suspense fallback={<p className="quiet">Loading …</p>}>
          <ProjectKeys {...connection} />
        </Suspense>
      </FailureBoundary>
    </RelayEnvironmentProvider>
  )
})
