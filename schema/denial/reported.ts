import type { Reason } from '@keyward/engine/reasons'
import type { Database } from '@keyward/prisma/database'
import { findPayers } from '../usage/payer.ts'
import { quarterOf } from './count.ts'
import { recordDenials } from './record.ts'

/** A count as a gateway reports it. */
export interface ReportedDenials {
  credentialId: string
  organizationId: string
  projectId: string
  reason: Reason
  count: number
}

/**
 * Adds the counts of a gateway to the current hour or its part, once for the id of their batch. Ignores unknown
 * credentials.
 */
export async function recordReportedDenials(
  database: Database,
  batch: string,
  reported: readonly ReportedDenials[],
): Promise<void> {
  const payerOf = await findPayers(database, reported)
  const hour = new Date(quarterOf(database.clock.now().getTime()))
  const counts = reported.flatMap((each) => {
    const payer = payerOf(each)
    if (!payer) return []
    const { kind, id, organizationId, projectId } = payer
    return [{ kind, id, organizationId, projectId, reason: each.reason, hour, count: each.count }]
  })
  await recordDenials(database, batch, counts)
}
