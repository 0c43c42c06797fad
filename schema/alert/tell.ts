import type { Database } from '@keyward/prisma/database'
import { formatUsd, parseUsd } from '../money.ts'
import { actAsSystem, type ChangeUnit } from '../write/unit-of-work.ts'
import type { Due } from './find.ts'

interface Budget {
  organization_id: string
  project_id: string | null
  api_key_id: string | null
  name: string
  amount: string
  spent: string
  reached: number
  told: number
}

/** Reads the budget and its counter, and keeps the counter from being told of by anybody else. */
async function lock({ tx }: ChangeUnit, { scope_id, kind, window_start }: Due): Promise<Budget | undefined> {
  const [limit] = await tx.$queryRaw<{ organization_id: string }[]>`
    SELECT organization_id FROM usage_limit WHERE scope_id = ${scope_id}::uuid AND kind = ${kind}::"LimitKind"`
  if (!limit) return undefined
  // The audit log first: the counter is what every request waits for, and must not be held while that is waited for.
  await tx.$queryRaw`SELECT 1 FROM audit_head WHERE organization_id = ${limit.organization_id}::uuid FOR UPDATE`
  const [budget] = await tx.$queryRaw<Budget[]>`
    SELECT u.organization_id, u.project_id, u.api_key_id, coalesce(k.name, p.name, o.name) AS name,
           u.amount::text AS amount, c.spent::text AS spent, c.alerted_percent AS told,
           coalesce((SELECT max(t) FROM unnest(u.thresholds || 100) AS t WHERE t <= c.spent * 100 / u.amount), 0) AS reached
      FROM limit_counter c JOIN usage_limit u ON u.scope_id = c.scope_id AND u.kind = c.kind
           JOIN organization o ON o.id = u.organization_id LEFT JOIN project p ON p.id = u.project_id
           LEFT JOIN api_key k ON k.id = u.api_key_id
     WHERE c.scope_id = ${scope_id}::uuid AND c.kind = ${kind}::"LimitKind" AND c.window_start = ${window_start}
       FOR UPDATE OF c`
  return budget
}

/**
 * Tells of the highest threshold that a budget has reached, once in its window, whatever the number of processes that
 * found it. Where the budget was raised above a threshold, that one can be reached again.
 */
export const tellOf = (database: Database, due: Due): Promise<void> =>
  actAsSystem({ database }, async (unit) => {
    const budget = await lock(unit, due)
    if (!budget || budget.reached === budget.told) return
    const { scope_id, kind, window_start } = due
    await unit.tx.limitCounter.update({
      where: { scopeId_kind_windowStart: { scopeId: scope_id, kind, windowStart: window_start } },
      data: { alertedPercent: budget.reached },
      select: { alertedPercent: true },
    })
    if (budget.reached < budget.told) return
    const { organization_id: organizationId, project_id: projectId, api_key_id: apiKeyId } = budget
    unit.audit({
      organizationId,
      projectId,
      action: 'budget.alerted',
      targetType: apiKeyId ? 'ApiKey' : projectId ? 'Project' : 'Organization',
      targetId: scope_id,
      targetName: budget.name,
      details: {
        period: kind,
        percent: budget.reached,
        spent: formatUsd(parseUsd(budget.spent)),
        budget: formatUsd(parseUsd(budget.amount)),
        windowStart: window_start.toISOString(),
      },
    })
    // Who follows a project's keys is told of keys, and not of budgets above them.
    unit.announce({
      organizationId,
      projectId: apiKeyId ? projectId : null,
      kind: 'BUDGET_ALERT',
      subjectId: scope_id,
    })
  })
