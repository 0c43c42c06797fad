import { newId } from '../core/ids.ts'
import type { Details } from '../write/audit/chain.ts'
import { inBatches } from '../write/batches.ts'
import type { AuditEntry, UnitOfWork } from '../write/unit-of-work.ts'

/** A notice to people, recorded as an audited action. */
export interface NoticeEntry extends AuditEntry {
  targetName: string
  details: Details
  /** Distinguishes notices of the same action and target. Each value raises at most one notice. */
  about: string
}

const keyOf = ({ targetId, action, about }: Pick<NoticeEntry, 'targetId' | 'action' | 'about'>): string =>
  JSON.stringify([targetId, action, about])

/** Raises the notices that were not raised before: in the audit log, to webhooks, and in the next mail of notices. */
export async function raiseNotices(unit: UnitOfWork, entries: readonly NoticeEntry[]): Promise<void> {
  if (entries.length === 0) return
  const raised = new Set<string>()
  await inBatches(entries, async (part) => {
    const rows = await unit.tx.notice.createManyAndReturn({
      data: part.map((entry) => ({ ...entry, projectId: entry.projectId ?? null, id: newId(), at: unit.now })),
      skipDuplicates: true,
      select: { targetId: true, action: true, about: true },
    })
    for (const row of rows) raised.add(keyOf(row))
  })
  for (const entry of entries) {
    const { about: _told, ...audited } = entry
    if (raised.has(keyOf(entry))) unit.audit(audited)
  }
}
