import type { Prisma, ServiceAccount } from '@keyward/prisma/generated/prisma/client'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { NotFoundError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'

/**
 * WHERE condition for the service accounts that an actor may look up by id: those that the actor administers or works
 * with, and the actor itself.
 */
export function visibleServiceAccounts(access: Access): Prisma.ServiceAccountWhereInput {
  const members = access.reach('organization:listMembers')
  const collaborators = access.reach('collaborator:list')
  const { actor } = access
  return {
    OR: [
      ...(actor.kind === 'SERVICE_ACCOUNT' ? [{ id: actor.id }] : []),
      { organizationId: { in: members.organizationIds } },
      { collaborators: { some: { projectId: { in: collaborators.projectIds } } } },
    ],
  }
}

/** Finds a service account that the caller may see. */
export async function findAccount(caller: Caller, id: string): Promise<ServiceAccount> {
  const [account] = await findAccounts(caller, [id])
  return caller.access.found(account, 'service account')
}

/** Finds the service accounts whose tokens the caller wants to keep, before anything changes. */
export async function findKeptAccounts(
  caller: Caller,
  ids: readonly string[] | null | undefined,
): Promise<ServiceAccount[]> {
  const asked = [...new Set(ids ?? [])]
  if (asked.length === 0) return []
  const accounts = await findAccounts(caller, asked)
  if (accounts.length < asked.length) throw new NotFoundError('service account')
  return accounts
}

async function findAccounts({ access, runtime }: Caller, ids: readonly string[]): Promise<ServiceAccount[]> {
  const uuids = ids.map((id) => decodeId('ServiceAccount', id)).filter((uuid) => uuid !== null)
  if (uuids.length === 0) return []
  return runtime.database.prisma.serviceAccount.findMany({
    where: { AND: [{ id: { in: uuids } }, visibleServiceAccounts(access)] },
  })
}
