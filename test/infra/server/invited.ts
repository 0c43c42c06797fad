import { setupToken } from '@keyward/server/config/secrets'
import type { Passwords } from '@keyward/server/identity/passwords'
import { expect } from 'vitest'
import { type OpenApp, openApp, post, sessionOf, signIn, signUp } from './open-app.ts'

/** The first person creates an organization and invites these addresses to it. Returns their tokens. */
export async function invite(opened: OpenApp, emails: string[]): Promise<string[]> {
  const { bearer } = sessionOf(await signIn(opened.app, 'first@example.com'))
  const ask = async (query: string, input: object) => {
    const response = await post(opened.app, '/graphql', { query, variables: { input } }, { authorization: bearer })
    return (await response.json()).data.result
  }
  const { organization } = await ask(
    `mutation ($input: OrganizationCreateInput!) {
      result: organizationCreate(input: $input) { ... on OrganizationCreatePayload { organization { id } } }
    }`,
    { name: 'Analytical Engines' },
  )
  const tokens: string[] = []
  for (const email of emails) {
    const { acceptUrl } = await ask(
      `mutation ($input: MemberInviteInput!) {
        result: memberInvite(input: $input) { ... on MemberInvitePayload { acceptUrl } }
      }`,
      { organizationId: organization.id, email, role: 'MEMBER' },
    )
    const token = /#token=([\w-]+)$/.exec(acceptUrl)?.[1]
    expect(token).toBeDefined()
    tokens.push(token ?? '')
  }
  return tokens
}

/** Opens an app and creates the first account, so that the sign-up policy applies to the next. */
export async function withFirstAccount(environment: NodeJS.ProcessEnv, passwords?: Passwords): Promise<OpenApp> {
  const opened = await openApp(environment, passwords)
  const first = await opened.replica({ KEYWARD_SIGNUP: 'open' })
  const token = { 'x-keyward-setup-token': setupToken(opened.config.sessionSecret) }
  expect((await signUp(first, 'first@example.com', token)).status).toBe(200)
  return opened
}
