import type { Runtime } from '../runtime.ts'

/** An organization as the operator sees it. */
export interface OrganizationSummary {
  id: string
  name: string
  /** E-mail address of the Owner. */
  owner: string | null
  members: number
  projects: number
  liveKeys: number
  createdAt: Date
}

/** Lists every organization of the instance for its operator, oldest first. */
export async function listOrganizations({ database }: Pick<Runtime, 'database'>): Promise<OrganizationSummary[]> {
  const organizations = await database.prisma.organization.findMany({
    select: {
      id: true,
      name: true,
      createdAt: true,
      members: { where: { role: 'OWNER' }, select: { user: { select: { email: true } } } },
      _count: { select: { members: true, projects: true, apiKeys: { where: { revokedAt: null } } } },
    },
    orderBy: { id: 'asc' },
  })
  return organizations.map(({ id, name, createdAt, members: [owner], _count }) => ({
    id,
    name,
    owner: owner?.user?.email ?? null,
    members: _count.members,
    projects: _count.projects,
    liveKeys: _count.apiKeys,
    createdAt,
  }))
}
