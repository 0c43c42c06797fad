import { DECISION_HEADERS } from '@keyward/server/forward-auth/answer'
import { expect } from 'vitest'
import { createGateway } from '../../../schema/gateway/service.ts'
import { type Client, ORIGIN, type TestApp } from '../../infra/app.ts'

let made = 0

/** A gateway of an app, its token, and the two interfaces that verify. */
export interface TestGateway {
  token: string
  client: Client
  /** Verifies one secret through the graph and returns the decision. */
  verify(input: object): Promise<Record<string, unknown>>
  /** Sends a request to the forward-auth endpoint. */
  authorize(secret: string | null, headers?: Record<string, string>, init?: RequestInit): Promise<Response>
}

const ANSWER = `__typename
  ... on ApiKeyAllowed { kind credentialId name projectId organizationId secretVersion expiresAt warnings asOf maxStalenessSeconds }
  ... on ApiKeyDenied { reason message httpStatus retryAfterSeconds rejected: deniedCredentialId asOf }`

/** Creates a gateway as the operator does. */
export async function startGateway({ app, client }: Pick<TestApp, 'app' | 'client'>): Promise<TestGateway> {
  made += 1
  const { token } = await createGateway(app.runtime, `gateway ${made}`)
  return gatewayWith(token, { app, client })
}

/** The same gateway as a client of another replica. */
export function gatewayWith(token: string, { app, client }: Pick<TestApp, 'app' | 'client'>): TestGateway {
  const graph = client(token)
  return {
    token,
    client: graph,
    async verify(input) {
      const query = `query ($inputs: [ApiKeyVerifyInput!]!) { apiKeysVerify(inputs: $inputs) { ${ANSWER} } }`
      const { data, errors } = await graph.ask(query, { inputs: [input] })
      if (errors) throw new Error(JSON.stringify(errors))
      return data.apiKeysVerify[0]
    },
    async authorize(secret, headers = {}, init = {}) {
      const response = await app.fetch(
        new Request(`${ORIGIN}/authorize`, {
          ...init,
          headers: {
            'keyward-gateway': token,
            ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
            ...headers,
          },
        }),
      )
      const missing = DECISION_HEADERS.filter((name) => !response.headers.has(name))
      expect(missing, `absent from a response with ${response.status}`).toEqual([])
      return response
    },
  }
}
