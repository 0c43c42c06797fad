import { randomUUID } from 'node:crypto'
import { gql } from 'graphql-request'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createOrganization, createProject } from '../../infra/world.ts'

/** A listening server, with an Owner and their project. */
export interface GraphServer {
  app: TestApp
  /** Address of the graph. */
  url: string
  owner: Client
  projectId: string
  /** Headers of the Owner's requests. */
  headers: Record<string, string>
  /** Creates a key in the project, and returns how many changes have come. For polling: a stream may begin later. */
  nextKey(name: string, changes: readonly unknown[]): Promise<number>
  close(): Promise<void>
}

export const VIEWER = gql`
  query Viewer($id: ID!) {
    project(id: $id) { id name }
  }
`

export const CHANGES = gql`
  subscription Changes($projectId: ID!) {
    apiKeyChanges(projectId: $projectId) { kind apiKey { id name } }
  }
`

/** Starts a server on a socket, since clients of GraphQL differ in what they send over it. */
export async function startGraphServer(environment: Record<string, string> = {}): Promise<GraphServer> {
  const app = await startApp({ environment })
  const listener: Listener = await listen(app.app, { host: '127.0.0.1', port: 0, trustedProxies: [] })
  const owner = await app.signUp('Client')
  const { id: organizationId } = await createOrganization(owner, 'Clients')
  const projectId = await createProject(owner, organizationId, 'Chat')
  return {
    app,
    url: `${listener.url}/graphql`,
    owner,
    projectId,
    headers: { authorization: `Bearer ${owner.token}` },
    async nextKey(name, changes) {
      await owner.mutate('apiKeyCreate', { projectId, name: `${name} ${randomUUID()}` })
      return changes.length
    },
    async close() {
      await listener.stop(1_000)
      await app.close()
    },
  }
}
