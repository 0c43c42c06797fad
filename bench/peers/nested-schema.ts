import DataLoader from 'dataloader'

/* Schema of the nested query, with resolvers that batch through data loaders over any row source. */

export const typeDefs = /* GraphQL */ `
  type Query {
    organization(id: ID!): Organization
  }
  type Organization {
    id: ID!
    name: String!
    projects(first: Int!): Projects!
  }
  type Projects {
    nodes: [Project!]!
  }
  type Project {
    id: ID!
    name: String!
    apiKeys(first: Int!): ApiKeys!
    collaborators(first: Int!): Collaborators!
  }
  type ApiKeys {
    nodes: [ApiKey!]!
  }
  type ApiKey {
    id: ID!
    name: String!
    start: String!
    expiresAt: String
    lastUsedAt: String
    createdByName: String!
    createdBy: User
  }
  type Collaborators {
    nodes: [Collaborator!]!
  }
  type Collaborator {
    id: ID!
    role: String!
    principal: User
  }
  type User {
    id: ID!
    name: String!
    email: String!
  }
`

interface Named {
  id: string
  name: string
}

export interface Key extends Named {
  start: string
  expiresAt: Date | null
  lastUsedAt: Date | null
  createdByName: string
  createdByUserId: string | null
}

export interface Collaborator {
  id: string
  role: string
  userId: string | null
}

export interface User extends Named {
  email: string
}

/** Reads rows. Each list contains a row or page for each given id, in the same order. */
export interface Rows {
  organization(id: string): Promise<Named | null>
  projects(organizationId: string, first: number): Promise<Named[]>
  keys(projectIds: readonly string[], first: number): Promise<Key[][]>
  collaborators(projectIds: readonly string[], first: number): Promise<Collaborator[][]>
  users(ids: readonly string[]): Promise<(User | null)[]>
}

interface Page {
  projectId: string
  first: number
}

/** Batches pages of the same size. All pages in a query have the same size. */
const pages = <Row>(read: (projectIds: readonly string[], first: number) => Promise<Row[][]>) =>
  new DataLoader<Page, Row[]>((asked) =>
    read(
      asked.map(({ projectId }) => projectId),
      asked[0]?.first ?? 0,
    ),
  )

/** Creates a request's loaders. */
export const createLoaders = (rows: Rows) => ({
  rows,
  keys: pages(rows.keys),
  collaborators: pages(rows.collaborators),
  users: new DataLoader<string, User | null>(rows.users),
})

export type Loaders = ReturnType<typeof createLoaders>

interface First {
  first: number
}

export const resolvers = {
  Query: {
    organization: (_root: unknown, { id }: { id: string }, { rows }: Loaders) => rows.organization(id),
  },
  Organization: {
    projects: async ({ id }: Named, { first }: First, { rows }: Loaders) => ({
      nodes: await rows.projects(id, first),
    }),
  },
  Project: {
    apiKeys: async ({ id }: Named, { first }: First, { keys }: Loaders) => ({
      nodes: await keys.load({ projectId: id, first }),
    }),
    collaborators: async ({ id }: Named, { first }: First, { collaborators }: Loaders) => ({
      nodes: await collaborators.load({ projectId: id, first }),
    }),
  },
  ApiKey: {
    expiresAt: ({ expiresAt }: Key) => expiresAt?.toISOString() ?? null,
    lastUsedAt: ({ lastUsedAt }: Key) => lastUsedAt?.toISOString() ?? null,
    createdBy: ({ createdByUserId }: Key, _args: unknown, { users }: Loaders) =>
      createdByUserId === null ? null : users.load(createdByUserId),
  },
  Collaborator: {
    principal: ({ userId }: Collaborator, _args: unknown, { users }: Loaders) =>
      userId === null ? null : users.load(userId),
  },
}

/** Sorts rows by the order of the requested ids. */
export function inOrderOf<Row>(
  ids: readonly string[],
  rows: readonly Row[],
  idOf: (row: Row) => string,
): (Row | null)[] {
  const found = new Map(rows.map((row) => [idOf(row), row]))
  return ids.map((id) => found.get(id) ?? null)
}
