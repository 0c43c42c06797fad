import type { LeaseGrant, LeaseRequest } from '@keyward/engine/ports'
import type { Database } from '@keyward/prisma/database'
import { notifyRecall, takeLeases } from './sql.ts'

/**
 * Grants leases to a holder: this process or a gateway. If a grant is smaller than needed, recalls unused amounts of
 * other holders, so that another attempt may soon succeed.
 */
export async function grantLeases(
  database: Database,
  holderId: string,
  requests: readonly LeaseRequest[],
): Promise<Map<string, LeaseGrant>> {
  const grants = await takeLeases(database, holderId, requests)
  for (const { leaseId, scopeId, kind, need } of requests) {
    const grant = grants.get(leaseId)
    if (grant && grant.granted < need && grant.idleWithOthers > 0n) notifyRecall(database, holderId, scopeId, kind)
  }
  return grants
}
