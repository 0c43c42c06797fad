import type { Database } from '@keyward/prisma/database'
import { DEMO_GATEWAY, PEOPLE } from './people.ts'

/** Whether the demo organization was created before: its Owner has an account. */
export async function hasDemo({ database }: { database: Database }): Promise<boolean> {
  const found = await database.prisma.user.findUnique({ where: { email: PEOPLE[0].email }, select: { id: true } })
  return found !== null
}

/** The demo's gateway. Null without the demo, or after the gateway was removed. */
export async function findDemoGateway(database: Database): Promise<{ id: string; name: string } | null> {
  if (database.kind !== 'embedded' || !(await hasDemo({ database }))) return null
  return database.prisma.gateway.findFirst({ where: { name: DEMO_GATEWAY }, select: { id: true, name: true } })
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
