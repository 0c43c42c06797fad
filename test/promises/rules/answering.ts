import type { Json, TestApp } from '../../infra/app.ts'

const WHO = `{ viewer { kind actor {
  ... on ApiKey { id name project { id } }
  ... on LegacyKey { id project { id } organization { id } }
  ... on ServiceAccount { id }
  ... on User { id }
} } }`

/** The caller that the API sees for a secret. Null if the secret is rejected. Throws for any other response. */
export async function whoAnswers({ client }: Pick<TestApp, 'client'>, secret: string): Promise<Json> {
  const { status, data, errors } = await client(secret).ask(WHO)
  if (status === 200 && !errors) return { kind: data.viewer.kind, ...data.viewer.actor }
  if (status === 401 && errors?.[0]?.extensions.code === 'UNAUTHENTICATED') return null
  throw new Error(`Neither an answer nor a rejection: ${status} ${JSON.stringify(errors)}`)
}
