import { existsSync } from 'node:fs'
import { encodeId } from '@keyward/schema/core/ids'
import type { Benchmark, Contender } from './benchmark.ts'
import { fillWithNestedRows, ORGANIZATION_ID } from './nested-rows.ts'
import { installWorkspaces, NEWER_NODE } from './workspaces.ts'
import type { Served } from './world.ts'

/*
 * One organization with 10 projects, each with 10 keys and their creators, and 5 collaborators with their names. All
 * servers read the same rows. Keyward authenticates its caller and authorizes every object. The others do neither.
 */

const KEY = 'id name start expiresAt lastUsedAt createdByName'

const OWN = `query ($id: ID!) { organization(id: $id) { id name projects(first: 10) { nodes { id name
  apiKeys(first: 10) { nodes { ${KEY} createdBy { ... on User { id name email } } } }
  collaborators(first: 5) { nodes { id role principal { ... on User { id name email } } } } } } } }`

const LOADERS = `query ($id: ID!) { organization(id: $id) { id name projects(first: 10) { nodes { id name
  apiKeys(first: 10) { nodes { ${KEY} createdBy { id name email } } }
  collaborators(first: 5) { nodes { id role principal { id name email } } } } } } }`

const POSTGRAPHILE = `query ($id: UUID!) { organization: organizationByRowId(rowId: $id) { id: rowId name
  projects: projectsByOrganizationId(first: 10, orderBy: PRIMARY_KEY_ASC) { nodes { id: rowId name
    apiKeys: apiKeysByProjectId(first: 10, orderBy: PRIMARY_KEY_DESC) { nodes { ${KEY.replace('id', 'id: rowId')}
      createdBy: userByCreatedByUserId { id: rowId name email } } }
    collaborators: collaboratorsByProjectId(first: 5, orderBy: PRIMARY_KEY_ASC) { nodes { id: rowId role
      principal: userByUserId { id: rowId name email } } } } } } }`

/** The response without ids, whose form differs between servers, and with sorted keys. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([name]) => name !== 'id')
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, each]) => [name, comparable(each)]),
  )
}

interface Subject {
  name: string
  server: Served
  path: string
  body: string
  authorization?: string
}

/** Queries once and returns the rows. */
async function rowsOf({ name, server, path, body, authorization }: Subject): Promise<string> {
  const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) }
  const response = await fetch(`${server.url}${path}`, { method: 'POST', headers, body })
  const text = await response.text()
  const answer: unknown = JSON.parse(text)
  if (!response.ok || typeof answer !== 'object' || answer === null || !('data' in answer) || 'errors' in answer) {
    throw new Error(`${name} answered: ${text.slice(0, 600)}`)
  }
  return JSON.stringify(comparable(answer.data))
}

const CONNECTIONS = [1, 8]

export const benchmark: Benchmark = {
  id: 'S4',
  title: 'An organization with 10 projects, 10 keys and 5 collaborators each',
  unit: 'requests/s',
  async open(world) {
    installWorkspaces('peers', '../test/runtimes')
    const { url, made: token } = await world.database('nested_rows', fillWithNestedRows)
    const environment = { DATABASE_URL: url, NODE_ENV: 'production', GRAPHILE_ENV: 'production' }
    const body = (query: string, id = ORGANIZATION_ID) => JSON.stringify({ query, variables: { id } })
    const own = {
      path: '/graphql',
      authorization: `Bearer ${token}`,
      body: body(OWN, encodeId('Organization', ORGANIZATION_ID)),
    }
    const subjects: Subject[] = [
      { name: 'Keyward', server: await world.keyward(environment), ...own },
      {
        name: 'Apollo Server + Prisma',
        server: await world.serve('../peers/apollo.ts', environment),
        path: '/',
        body: body(LOADERS),
      },
      {
        name: 'Mercurius + DataLoader',
        server: await world.serve('../peers/mercurius.ts', environment),
        path: '/graphql',
        body: body(LOADERS),
      },
    ]
    // PostGraphile needs a newer Node.js release than the one that runs this file.
    if (existsSync(NEWER_NODE)) {
      const server = await world.serve('../peers/postgraphile.mjs', environment, NEWER_NODE)
      subjects.push({ name: 'PostGraphile on Node 24', server, path: '/graphql', body: body(POSTGRAPHILE) })
      subjects.push({
        name: 'Keyward on Node 24',
        server: await world.keyward(environment, NEWER_NODE),
        ...own,
      })
    }
    const [first, ...others] = await Promise.all(subjects.map(rowsOf))
    if (others.some((rows) => rows !== first)) throw new Error('The servers answer different rows')
    const contendersAt = (connections: number): Contender[] =>
      subjects.map(({ name, server, path, body: text, authorization }) => ({
        name: `${name}, ${connections} at a time`,
        measure: () =>
          world.ask(server, {
            connections,
            warmUp: 2,
            draw: 'IDS',
            forbidden: '"errors"',
            message: {
              method: 'POST',
              path,
              headers: { accept: 'application/json', ...(authorization && { authorization }) },
              batch: 1,
              body: text,
            },
          }),
      }))
    const all = CONNECTIONS.map(contendersAt)
    return {
      contenders: all.flat(),
      goals: all.flatMap((contenders) => {
        const find = (name: string) => contenders.find((contender) => contender.name.startsWith(`${name},`))
        const goals = []
        for (const [subject, reference] of [
          ['Keyward', 'Apollo Server + Prisma'],
          ['Keyward', 'Mercurius + DataLoader'],
          ['Keyward', 'PostGraphile on Node 24'],
          ['Keyward on Node 24', 'PostGraphile on Node 24'],
        ] as const) {
          const [a, b] = [find(subject), find(reference)]
          if (a && b) goals.push({ name: reference, subject: a, reference: b, atLeast: 1 })
        }
        return goals
      }),
      async close() {
        for (const { server } of subjects) await server.stop()
      },
    }
  },
}
