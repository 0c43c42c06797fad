import { formatUsd, parseUsd } from '@keyward/engine/money'
import type { Database } from '@keyward/prisma/database'
import { raiseNotices } from '../notice/raise.ts'
import { actAsSystem } from '../write/unit-of-work.ts'
import { type DueAlert, lockBudget } from './sql.ts'

/**
 * Raises an alert for the highest threshold that a budget has reached: once per window, even if several processes
 * find it. After a budget increase, a threshold can be reached again.
 */
export const raiseAlert = (database: Database, due: DueAlert): Promise<void> =>
  actAsSystem({ database }, async (unit) => {
    const budget = await lockBudget(unit.tx, due)
    if (!budget || budget.reached === budget.alerted) return
    const { scope_id, kind, window_start } = due
    await unit.tx.limitCounter.update({
      where: { scopeId_kind_windowStart: { scopeId: scope_id, kind, windowStart: window_start } },
      data: { alertedPercent: budget.reached },
      select: { alertedPercent: true },
    })
    if (budget.reached < budget.alerted) return
    const { organization_id: organizationId, project_id: projectId, api_key_id: apiKeyId } = budget
    const windowStart = window_start.toISOString()
    await raiseNotices(unit, [
      {
        organizationId,
        projectId,
        action: 'budget.alerted',
        targetType: apiKeyId ? 'ApiKey' : projectId ? 'Project' : 'Organization',
        // An alert about a part, such as a consumer, has the id of the part's owner.
        targetId: apiKeyId ?? projectId ?? organizationId,
        targetName: budget.name,
        details: {
          period: kind,
          percent: budget.reached,
          spent: formatUsd(parseUsd(budget.spent)),
          budget: formatUsd(parseUsd(budget.amount)),
          windowStart,
        },
        // After an increase, a budget can reach the same threshold again.
        about: `${kind} ${windowStart} ${budget.reached} ${unit.now.toISOString()}`,
      },
    ])
    // Followers of a project's keys receive alerts of keys only, not of budgets above them.
    unit.publish({
      organizationId,
      projectId: apiKeyId ? projectId : null,
      kind: 'BUDGET_ALERT',
      subjectId: apiKeyId ?? projectId ?? organizationId,
    })
  })
