import type { Database } from '@keyward/prisma/database'
import { DEMO_GATEWAY, PEOPLE } from './people.ts'

/** Whether the demo organization was created before, which means that its owner has an account. */
export async function hasDemo({ database }: { database: Database }): Promise<boolean> {
  const found = await database.prisma.user.findUnique({ where: { email: PEOPLE[0].email }, select: { id: true } })
  return found !== null
}

/** Finds the demo's gateway. Null if there is no demo or the gateway was removed. */
export async function findDemoGateway(database: Database): Promise<{ id: string; name: string } | null> {
  if (database.kind !== 'embedded' || !(await hasDemo({ database }))) return null
  return database.prisma.gateway.findFirst({ where: { name: DEMO_GATEWAY }, select: { id: true, name: true } })
}

/**
 * Whether a database has no accounts and nothing that an operator created. The demo is created only in such a database.
 */
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

/** Describes the demo organization at later starts. */
export const describeDemo = (): string[] => [
  'The first start showed the passwords of the demo organization. To set a new one, run:',
  `  npx pnpm keyward-server user set-password ${PEOPLE[0].email}`,
]
