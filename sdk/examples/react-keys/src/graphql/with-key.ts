import type { KeyChangesSubscription, KeysQuery } from './generated/graphql.ts'

/** The list with the key of a change, if it is new. The caches update keys that they know by themselves. */
export function withKey(data: KeysQuery, { apiKeyChanges: change }: KeyChangesSubscription): KeysQuery {
  const { project } = data
  const node = change.kind === 'API_KEY_CREATED' ? change.apiKey : null
  if (!node || !project?.apiKeys || project.apiKeys.edges.some((edge) => edge.node.id === node.id)) return data
  const edges = [{ __typename: 'ApiKeyEdge' as const, cursor: '', node }, ...project.apiKeys.edges]
  return { ...data, project: { ...project, apiKeys: { ...project.apiKeys, edges } } }
}
