import type { Clock, Transaction } from '@keyward/prisma/database'
import type { Actor } from '../core/actor.ts'
import type { Caller } from '../core/caller.ts'
import { newId } from '../core/ids.ts'
import type { Runtime } from '../runtime.ts'
import { enqueueMessages } from '../webhook/enqueue.ts'
import { chainHash, type Details, type HashedEvent } from './audit/chain.ts'
import type { Change } from './outbox/kinds.ts'
import { holdRights } from './rights.ts'

/** What happened, for the audit log. */
export interface AuditEntry {
  organizationId: string
  action: string
  targetType: string
  targetId: string
  targetName?: string | null
  projectId?: string | null
  details?: Details
}

type Announcement = Pick<Change, 'organizationId' | 'projectId' | 'kind' | 'subjectId'>

interface Author {
  kind: string
  id: string | null
  name: string | null
}

/** Whom the audit log names for what an operator does on the command line. */
const OPERATOR: Author = { kind: 'OPERATOR', id: null, name: null }

/** Whom the audit log names for what the instance finds and does by itself. */
const SYSTEM: Author = { kind: 'SYSTEM', id: null, name: null }

const auditActor = (actor: Actor): Author =>
  actor.kind === 'ANONYMOUS'
    ? { kind: actor.kind, id: null, name: null }
    : { kind: actor.kind, id: actor.id, name: 'name' in actor ? actor.name : null }

/** Microseconds as text: what is hashed has to be what PostgreSQL keeps. */
const microseconds = (at: Date): string => at.toISOString().replace(/Z$/, '000Z')

/**
 * One change of the product: its rows, its audit events and its outbox rows commit together or not at all. The events
 * are written when the work is done, as the last statements, so that the rows everyone shares (an organization's audit
 * head, then the clock of changes) are locked in one order and for the shortest time.
 */
export class ChangeUnit {
  readonly #audited: AuditEntry[] = []
  readonly #announced: Announcement[] = []

  readonly #clock: Clock
  #now: Date | undefined

  constructor(
    readonly tx: Transaction,
    clock: Clock,
  ) {
    this.#clock = clock
  }

  /**
   * The database’s time at which the change happens: when it is first asked for. Where it is asked after locks are held, it is
   * later than every change that was waited for.
   */
  get now(): Date {
    this.#now ??= this.#clock.now()
    return this.#now
  }

  /** Records the change in the organization's audit log. */
  audit(entry: AuditEntry): void {
    this.#audited.push(entry)
  }

  /** Tells replicas, subscribers and gateways. */
  announce(announcement: Announcement): void {
    this.#announced.push(announcement)
  }

  /** Writes what was recorded. Called once, at the end of the transaction. */
  async flush(by: Author, requestId: string): Promise<void> {
    // Before the rows that everyone shares: who removes a webhook locks it before those too.
    await enqueueMessages(this.tx, this.now, by, this.#audited)
    for (const organizationId of [...new Set(this.#audited.map((entry) => entry.organizationId))].sort()) {
      await this.#append(organizationId, by, requestId)
    }
    const count = this.#announced.length
    if (count === 0) return
    const clock = await this.tx.changeClock.update({ where: { id: 1 }, data: { position: { increment: count } } })
    const first = clock.position - BigInt(count) + 1n
    await this.tx.changeEvent.createMany({
      data: this.#announced.map((event, index) => ({ ...event, at: this.now, position: first + BigInt(index) })),
    })
  }

  async #append(organizationId: string, by: Author, requestId: string): Promise<void> {
    const [head] = await this.tx.$queryRaw<{ sequence: bigint; hash: Uint8Array<ArrayBuffer> }[]>`
      SELECT sequence, hash FROM audit_head WHERE organization_id = ${organizationId}::uuid FOR UPDATE`
    if (!head) throw new Error(`The organization ${organizationId} has no audit head`)
    let { sequence, hash } = head
    const rows = []
    for (const entry of this.#audited) {
      if (entry.organizationId !== organizationId) continue
      sequence += 1n
      const event: HashedEvent = {
        id: newId(),
        organizationId,
        sequence: sequence.toString(),
        at: microseconds(this.now),
        action: entry.action,
        actorKind: by.kind,
        actorId: by.id,
        actorName: by.name,
        targetType: entry.targetType,
        targetId: entry.targetId,
        targetName: entry.targetName ?? null,
        projectId: entry.projectId ?? null,
        details: entry.details ?? {},
        requestId,
      }
      const previousHash = hash
      hash = chainHash(previousHash, event)
      rows.push({ ...event, sequence, at: this.now, previousHash, hash })
    }
    await this.tx.auditEvent.createMany({ data: rows })
    await this.tx.auditHead.update({ where: { organizationId }, data: { sequence, hash } })
  }
}

async function commit<T>(
  runtime: Pick<Runtime, 'database'>,
  by: Author,
  requestId: string,
  work: (unit: ChangeUnit) => Promise<T>,
): Promise<T> {
  return runtime.database.transaction(async (tx) => {
    const unit = new ChangeUnit(tx, runtime.database.clock)
    const result = await work(unit)
    await unit.flush(by, requestId)
    return result
  })
}

/**
 * Runs a change on behalf of a caller in one transaction, with its audit events and its outbox rows. What was required of
 * the caller's roles is required again there, of roles that cannot change until the transaction is over.
 */
export async function change<T>(caller: Caller, work: (unit: ChangeUnit) => Promise<T>): Promise<T> {
  const { access, requestId, runtime } = caller
  try {
    return await commit(runtime, auditActor(access.actor), requestId, async (unit) => {
      await holdRights(caller, unit.tx)
      return work(unit)
    })
  } finally {
    access.forgetRequired()
  }
}

/** Runs a change that the operator makes on the command line, or that the system makes by itself. */
export const operate = <T>(runtime: Runtime, work: (unit: ChangeUnit) => Promise<T>): Promise<T> =>
  commit(runtime, OPERATOR, newId(), work)

/** Runs a change that nobody asked for: what the instance found by itself. */
export const actAsSystem = <T>(
  runtime: Pick<Runtime, 'database'>,
  work: (unit: ChangeUnit) => Promise<T>,
  requestId = newId(),
): Promise<T> => commit(runtime, SYSTEM, requestId, work)

/** The two columns that name the person or service account behind a row; both null for other actors. */
export const makerOf = (actor: Actor): { userId: string | null; serviceAccountId: string | null } => ({
  userId: actor.kind === 'USER' ? actor.id : null,
  serviceAccountId: actor.kind === 'SERVICE_ACCOUNT' ? actor.id : null,
})
