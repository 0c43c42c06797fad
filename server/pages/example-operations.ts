/** A tab of GraphiQL. */
export interface ExampleTab {
  query: string
  variables: string
  headers?: string
}

const tab = (query: string, variables: object, headers?: object): ExampleTab => ({
  query: `${query.trim()}\n`,
  variables: JSON.stringify(variables, null, 2),
  ...(headers ? { headers: JSON.stringify(headers, null, 2) } : {}),
})

/** A time some days from the start of the server, as a first value for a query. */
const daysFromStart = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()

/** The tour, in its order. test/infra/server/example-operations.test.ts checks it against the graph. */
export const EXAMPLE_TABS: ExampleTab[] = [
  tab(
    `
# 1 of 8. Show who I am and my projects.
# Copy a project id for the next tab.
query WhoAmI {
  viewer {
    user { id name email }
    organizations { nodes { id name viewerRole } }
    projects { nodes { id name isDefault viewerRole } }
  }
}`,
    {},
  ),
  tab(
    `
# 2 of 8. Create a key. Its secret is shown once:
# copy the secret and the key's id.
mutation CreateKey($input: ApiKeyCreateInput!) {
  apiKeyCreate(input: $input) {
    __typename
    ... on ApiKeyCreatePayload { secret apiKey { id name start status expiresAt } }
    ... on ValidationError { issues { path message } }
    ... on Error { code message }
  }
}`,
    { input: { projectId: 'prj_…', name: 'Nightly evaluation', expiresAt: '2030-01-01T00:00:00Z' } },
  ),
  tab(
    `
# 3 of 8. Authenticate as the key: paste its secret
# into Headers below. It overrides your session.
query AsTheKey {
  viewer {
    actor {
      __typename
      ... on ApiKey { id name status expiresAt project { id name } }
    }
  }
}`,
    {},
    { Authorization: 'Bearer paste-the-secret-here' },
  ),
  tab(
    `
# 4 of 8. Change the key's expiration. null clears it.
mutation SetExpiration($input: ApiKeyExpirationSetInput!) {
  apiKeyExpirationSet(input: $input) {
    __typename
    ... on ApiKeyExpirationSetPayload { apiKey { id name expiresAt advice } }
    ... on Error { code message }
  }
}`,
    { input: { id: 'key_…', expiresAt: '2031-01-01T00:00:00Z' } },
  ),
  tab(
    `
# 5 of 8. Rotate the key. The new secret is shown once,
# and both secrets work for an hour.
mutation Rotate($input: ApiKeyRotateInput!) {
  apiKeyRotate(input: $input) {
    __typename
    ... on ApiKeyRotatePayload {
      secret
      apiKey {
        id
        rotation { startedAt previousRetiresAt previousLastUsedAt safeToFinish }
        secretVersions { version start firstUsedAt lastUsedAt retiresAt }
      }
    }
    ... on Error { code message }
  }
}`,
    { input: { id: 'key_…', overlapSeconds: 3600 } },
  ),
  tab(
    `
# 6 of 8. Finish the rotation.
# From now on, only the new secret works.
mutation FinishRotation($input: ApiKeyRotationFinishInput!) {
  apiKeyRotationFinish(input: $input) {
    __typename
    ... on ApiKeyRotationFinishPayload { apiKey { id secretVersions { version start retiresAt retiredAt } } }
    ... on Error { code message }
  }
}`,
    { input: { id: 'key_…' } },
  ),
  tab(
    `
# 7 of 8. Revoke the key, permanently.
# The next request with its secret is denied.
mutation Revoke($input: ApiKeyRevokeInput!) {
  apiKeyRevoke(input: $input) {
    __typename
    ... on ApiKeyRevokePayload { apiKey { id status revokedAt revocationReason } }
    ... on Error { code message }
  }
}`,
    { input: { id: 'key_…', reason: 'NO_LONGER_NEEDED' } },
  ),
  tab(
    `
# 8 of 8. Costs of the last 30 days, by key and workload.
# For the Owner and ADMINs. With other roles, query
# projects { nodes { costAnalytics } }.
query Costs($input: CostAnalyticsInput!) {
  viewer {
    organizations {
      nodes {
        name
        costAnalytics(input: $input) {
          total
          totalRequests
          buckets {
            start
            groups { credential { kind name } workload cost requests }
          }
        }
      }
    }
  }
}`,
    {
      input: {
        from: daysFromStart(-30),
        to: daysFromStart(1),
        granularity: 'DAY',
        groupBy: ['CREDENTIAL', 'WORKLOAD'],
      },
    },
  ),
]
