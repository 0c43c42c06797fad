import { type Fetch, Keyward } from '@keyward/sdk'
import type { App } from '../../../server/app.ts'
import { ORIGIN, startApp, type TestApp } from '../../infra/app.ts'

/** The app as a fetch function for clients. */
export const fetchOf =
  (app: App): Fetch =>
  (url, init) =>
    app.fetch(new Request(url, init))

/** An organization with a project, and SDK clients for its people. */
export interface SdkWorld extends TestApp {
  fetch: Fetch
  organizationId: string
  projectId: string
  owner: Keyward
  ownerToken: string
  /** A client with its own credential. */
  as(token: string | null): Keyward
  /** Signs a person up and returns their client. */
  person(name: string): Promise<{ client: Keyward; email: string; token: string }>
}

/** Starts an app and creates an organization through the SDK. */
export async function startSdkWorld(options?: Parameters<typeof startApp>[0]): Promise<SdkWorld> {
  const base = await startApp(options)
  const fetch = fetchOf(base.app)
  const as = (token: string | null) => new Keyward({ baseUrl: ORIGIN, token, fetch })
  const person = async (name: string) => {
    const { token, email } = await base.signUp(name)
    if (token === null) throw new Error('Nobody is signed in')
    return { client: as(token), email, token }
  }
  const { client: owner, token: ownerToken } = await person('Owner')
  const organization = await owner.organizations.create({ name: 'Acme' })
  const project = await owner.projects.create({ organizationId: organization.id, name: 'Production' })
  const world = { fetch, organizationId: organization.id, projectId: project.id, owner, ownerToken, as, person }
  return { ...base, ...world }
}

/** The shape of a GraphQL response. */
export const answer = (body: object, status = 200, headers: Record<string, string> = {}): Response =>
  Response.json(body, { status, headers: { 'x-request-id': 'req-1234', ...headers } })

/** The error of a rejected call. */
export async function refusalOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('The call succeeded')
}
