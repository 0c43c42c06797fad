import { ApolloClient, gql, HttpLink, InMemoryCache, type TypedDocumentNode } from '@apollo/client'
import { ApolloProvider, useQuery } from '@apollo/client/react'
import { createRoot } from 'react-dom/client'

interface Key {
  id: string
  name: string
  status: string
}
const KEYS: TypedDocumentNode<{ project: { apiKeys: { nodes: Key[] } } | null }> = gql`
  query Keys($projectId: ID!) {
    project(id: $projectId) {
      id
      apiKeys(first: 50) { nodes { id name status } }
    }
  }
`

// The values are behind the # of the page's address, which browsers send to no server. Tokens may contain +.
const {
  url = 'http://127.0.0.1:4000',
  token,
  projectId,
} = Object.fromEntries(new URLSearchParams(location.hash.slice(1).replaceAll('+', '%2B')))
const link = new HttpLink({ uri: `${url}/graphql`, headers: { authorization: `Bearer ${token}` } })
const client = new ApolloClient({ cache: new InMemoryCache(), link })

function KeyTable() {
  const { data, loading, error } = useQuery(KEYS, { variables: { projectId } })
  if (loading) return <p>Loading…</p>
  if (error) return <p role="alert">{error.message}</p>
  if (!data?.project)
    return <p role="alert">No project with the id “{projectId}” is visible to you. Ids begin with prj_.</p>
  const rows = data.project.apiKeys.nodes.map(({ id, name, status }) => (
    <tr key={id}>
      <td>{name}</td>
      <td>{status}</td>
    </tr>
  ))
  return (
    <table>
      <tbody>{rows}</tbody>
    </table>
  )
}

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <ApolloProvider client={client}>
      <KeyTable />
    </ApolloProvider>,
  )
}
