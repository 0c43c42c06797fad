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

/**
 * Values that the page fills in when it is opened: ids of objects that the signed-in person can see, and times relative
 * to now. A placeholder without a value stays as a description of the value.
 */
export const PLACEHOLDERS = {
  organization: 'org_…',
  project: 'prj_…',
  key: 'key_…',
  monthAgo: '(30 days ago)',
  tomorrow: '(tomorrow)',
  nextMonth: '(in 30 days)',
  monthAfter: '(in 60 days)',
}

/** Name of the tour's key. The page finds the key by this name. */
export const TOUR_KEY = 'Nightly evaluation'

/**
 * The tour in order, followed by other examples. test/infra/server/example-operations.test.ts checks them against the
 * schema.
 */
export const EXAMPLE_TABS: ExampleTab[] = [
  tab(
    `
# 1 of 8. Show who I am and my projects.
# The next tab has the id of one of them.
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
# 2 of 8. Create a key. Its secret is shown once: copy
# it and the key's id. After you reload this page,
# the tabs of the key contain its id.
mutation CreateKey($input: ApiKeyCreateInput!) {
  apiKeyCreate(input: $input) {
    __typename
    ... on ApiKeyCreatePayload {
      secret
      apiKey { id name start status expiresAt }
    }
    ... on ValidationError { issues { path message } }
    ... on Error { code message }
  }
}`,
    { input: { projectId: PLACEHOLDERS.project, name: TOUR_KEY, expiresAt: PLACEHOLDERS.nextMonth } },
  ),
  tab(
    `
# 3 of 8. Authenticate as the key: paste its secret
# into Headers below. It overrides your session.
query AsTheKey {
  viewer {
    actor {
      __typename
      ... on ApiKey {
        id name status expiresAt
        project { id name }
      }
    }
  }
}`,
    {},
    { Authorization: 'Bearer paste-the-secret-here' },
  ),
  tab(
    `
# 4 of 8. Change the key's expiration. null clears it.
mutation SetExpiration(
  $input: ApiKeyExpirationSetInput!
) {
  apiKeyExpirationSet(input: $input) {
    __typename
    ... on ApiKeyExpirationSetPayload {
      apiKey { id name expiresAt advice }
    }
    ... on Error { code message }
  }
}`,
    { input: { id: PLACEHOLDERS.key, expiresAt: PLACEHOLDERS.monthAfter } },
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
        rotation {
          startedAt previousRetiresAt
          previousLastUsedAt safeToFinish
        }
        secretVersions {
          version start retiresAt
          firstUsedAt lastUsedAt
        }
      }
    }
    ... on Error { code message }
  }
}`,
    { input: { id: PLACEHOLDERS.key, overlapSeconds: 3600 } },
  ),
  tab(
    `
# 6 of 8. Finish the rotation.
# From now on, only the new secret works.
mutation FinishRotation(
  $input: ApiKeyRotationFinishInput!
) {
  apiKeyRotationFinish(input: $input) {
    __typename
    ... on ApiKeyRotationFinishPayload {
      apiKey {
        id name
        secretVersions {
          version start retiresAt retiredAt
        }
      }
    }
    ... on Error { code message }
  }
}`,
    { input: { id: PLACEHOLDERS.key } },
  ),
  tab(
    `
# 7 of 8. Revoke the key, permanently.
# The next request with its secret is denied.
mutation Revoke($input: ApiKeyRevokeInput!) {
  apiKeyRevoke(input: $input) {
    __typename
    ... on ApiKeyRevokePayload {
      apiKey { id status revokedAt revocationReason }
    }
    ... on Error { code message }
  }
}`,
    { input: { id: PLACEHOLDERS.key, reason: 'NO_LONGER_NEEDED' } },
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
            groups {
              credential { kind name }
              workload cost requests
            }
          }
        }
      }
    }
  }
}`,
    {
      input: {
        from: PLACEHOLDERS.monthAgo,
        to: PLACEHOLDERS.tomorrow,
        granularity: 'DAY',
        groupBy: ['CREDENTIAL', 'WORKLOAD'],
      },
    },
  ),
  tab(
    `
# More: list keys with their recommendations.
query ListKeys($projectId: ID!) {
  project(id: $projectId) {
    name
    apiKeys(first: 25) {
      nodes { id name start status expiresAt advice }
    }
  }
}`,
    { projectId: PLACEHOLDERS.project },
  ),
  tab(
    `
# More: the limits of a project and of its keys,
# and how much of each is used.
query Limits($projectId: ID!) {
  project(id: $projectId) {
    budgetStatus { period usd spent remaining }
    rateStatus { unit per max used remaining }
    apiKeys(first: 25) {
      nodes {
        name
        limits { requestsPerMinute }
        budgetStatus { period usd spent remaining }
        rateStatus { unit per max used remaining }
      }
    }
  }
}`,
    { projectId: PLACEHOLDERS.project },
  ),
  tab(
    `
# More: may I create a key here, and which role decides?
query Explain($input: ExplainInput!) {
  explain(input: $input) {
    allowed
    message
    role
    allowedRoles
  }
}`,
    { input: { action: 'apiKey:create', on: PLACEHOLDERS.project } },
  ),
  tab(
    `
# More: follow changes of keys as they happen. Execute
# this, then create or revoke a key elsewhere.
subscription KeyChanges($projectId: ID!) {
  apiKeyChanges(projectId: $projectId) {
    kind
    at
    apiKey { id name status }
  }
}`,
    { projectId: PLACEHOLDERS.project },
  ),
  tab(
    `
# More: who changed what. For the Owner and ADMINs.
query AuditLog($organizationId: ID!) {
  organization(id: $organizationId) {
    auditLog(first: 25) {
      nodes {
        at
        action
        actor { kind name }
        target { type name }
        details { name value }
      }
    }
  }
}`,
    { organizationId: PLACEHOLDERS.organization },
  ),
  tab(
    `
# More: authorize a request of a key, as a gateway does.
# Paste a gateway's token into Headers below, and the
# secret of a key into Variables.
mutation Authorize($inputs: [ApiKeyAuthorizeInput!]!) {
  apiKeysAuthorize(inputs: $inputs) {
    __typename
    ... on ApiKeyAllowed {
      name
      reservation
      limits { scope kind remaining }
    }
    ... on ApiKeyDenied { reason message httpStatus }
  }
}`,
    { inputs: [{ secret: 'paste-the-secret-here', workload: 'INFERENCE', estimatedCost: '0.02' }] },
    { Authorization: 'Bearer paste-the-token-of-a-gateway-here' },
  ),
]
