import type { Runtime } from '../runtime.ts'

/** A person as the operator sees them. */
export interface UserSummary {
  id: string
  email: string
  name: string
  organizations: number
  sessions: number
  createdAt: Date
}

/** Lists every person of the instance for its operator, oldest first. */
export async function listUsers({ database }: Pick<Runtime, 'database'>): Promise<UserSummary[]> {
  const users = await database.prisma.user.findMany({
    select: {
      id: true,
      email: true,
      name: true,
      createdAt: true,
      _count: { select: { members: true, sessions: { where: { expiresAt: { gt: database.clock.now() } } } } },
    },
    orderBy: { id: 'asc' },
  })
  return users.map(({ id, email, name, createdAt, _count: { members, sessions } }) => ({
    id,
    email,
    name,
    organizations: members,
    sessions,
    createdAt,
  }))
}
