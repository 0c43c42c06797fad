import type { Database } from '@keyward/prisma/database'
import { PEOPLE } from './people.ts'

/** Whether the demo organization was created before: its Owner has an account. */
export async function hasDemo({ database }: { database: Database }): Promise<boolean> {
  const found = await database.prisma.user.findUnique({ where: { email: PEOPLE[0].email }, select: { id: true } })
  return found !== null
}

/** Whether a database has no account and nothing that an operator created. Only such a database gets the demo. */
export async function isUnused({ prisma }: Database): Promise<boolean> {
  const select = { id: true } as const
  const found = await Promise.all([
    prisma.user.findFirst({ select }),
    prisma.organization.findFirst({ select }),
    prisma.gateway.findFirst({ select }),
    prisma.model.findFirst({ select }),
  ])
  return found.every((row) => row === null)
}

/** Describes the demo organization after later starts. */
export const describeDemo = (): string[] => [
  'The first start showed the passwords of the demo organization. To set a new one, run:',
  `  npx pnpm keyward-server user set-password ${PEOPLE[0].email}`,
]
