import { type Fetch, Keyward } from '@keyward/sdk'
import type { App } from '../../../server/app.ts'
import { ORIGIN, startApp, type TestApp } from '../../infra/app.ts'

/** The app as what a client sends its requests with. */
export const fetchOf =
  (app: App): Fetch =>
  (url, init) =>
    app.fetch(new Request(url, init))

/** An organization with a project, and clients of the SDK for whoever is needed. */
export interface SdkWorld extends TestApp {
  fetch: Fetch
  organizationId: string
  projectId: string
  owner: Keyward
  ownerToken: string
  /** A client with a credential of its own. */
  as(token: string | null): Keyward
  /** Signs somebody up and answers their client. */
  person(name: string): Promise<{ client: Keyward; email: string; token: string }>
}

/** Starts an app and makes an organization in it, through the SDK. */
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

/** What an answer of the server looks like. */
export const answer = (body: object, status = 200, headers: Record<string, string> = {}): Response =>
  Response.json(body, { status, headers: { 'x-request-id': 'req-1234', ...headers } })

/** The error with which something was refused. */
export async function refusalOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('Nothing was refused')
}
