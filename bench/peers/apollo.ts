import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { openDatabase } from '@keyward/prisma/database'
import { announce } from '../serving.ts'
import { createLoaders, inOrderOf, type Loaders, type Rows, resolvers, typeDefs } from './nested-schema.ts'

/* Apollo Server with Prisma and data loaders on Keyward's tables, with prepared statements. Without authentication. */

const { prisma } = await openDatabase(process.env.DATABASE_URL ?? '', { poolSize: 10 })

const rows: Rows = {
  organization: (id) => prisma.organization.findUnique({ where: { id }, select: { id: true, name: true } }),
  projects: (organizationId, first) =>
    prisma.project.findMany({
      where: { organizationId },
      select: { id: true, name: true },
      orderBy: { id: 'asc' },
      take: first,
    }),
  async keys(ids, first) {
    const select = {
      id: true,
      name: true,
      start: true,
      expiresAt: true,
      lastUsedAt: true,
      createdByName: true,
      createdByUserId: true,
    } as const
    const found = await prisma.project.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, apiKeys: { select, orderBy: { id: 'desc' }, take: first } },
    })
    return inOrderOf(ids, found, ({ id }) => id).map((project) => project?.apiKeys ?? [])
  },
  async collaborators(ids, first) {
    const select = { id: true, role: true, userId: true } as const
    const found = await prisma.project.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, collaborators: { select, orderBy: { id: 'asc' }, take: first } },
    })
    return inOrderOf(ids, found, ({ id }) => id).map((project) => project?.collaborators ?? [])
  },
  async users(ids) {
    const select = { id: true, name: true, email: true } as const
    return inOrderOf(ids, await prisma.user.findMany({ where: { id: { in: [...ids] } }, select }), ({ id }) => id)
  },
}

const server = new ApolloServer<Loaders>({ typeDefs, resolvers, introspection: false })
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async () => createLoaders(rows),
})
announce(url.replace(/\/$/, ''))
