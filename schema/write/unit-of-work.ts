import type { Transaction, TransactionOptions } from '@keyward/prisma/database'
import type { Actor } from '../core/actor.ts'
import type { Caller } from '../core/caller.ts'
import type { Holder } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import type { Runtime } from '../runtime.ts'
import { enqueueMessages } from '../webhook/enqueue.ts'
import { chainHash, type HashedEvent } from './audit/chain.ts'
import { nameOf } from './audit/personal.ts'
import { type AuditEntry, type Author, type SealedEntry, sealPeople } from './audit/seal-people.ts'
import { lockAuditHead } from './audit/sql.ts'
import { inBatches } from './batches.ts'
import { type Claims, type Index, mapConflict } from './conflicts.ts'
import type { Publication } from './outbox/kinds.ts'
import { insertChanges } from './outbox/sql.ts'
import { holdRights, type Requirement, requireRights } from './rights.ts'

export type { AuditEntry } from './audit/seal-people.ts'

/** The part of the runtime that every change needs. A change that names a person also needs the settings. */
type ChangeRuntime = Pick<Runtime, 'database'> & { settings?: Pick<Runtime['settings'], 'encryptionKeys'> }

/** The part of the runtime for changes that may name people. */
export type NamingRuntime = Pick<Runtime, 'database'> & { settings: Pick<Runtime['settings'], 'encryptionKeys'> }

/** The audit log's actor for changes made on the command line. */
const OPERATOR: Author = { kind: 'OPERATOR', id: null, name: null }

/** The audit log's actor for changes that the instance makes by itself. */
const SYSTEM: Author = { kind: 'SYSTEM', id: null, name: null }

function auditActor(actor: Actor): Author {
  if (actor.kind === 'ANONYMOUS') return { kind: actor.kind, id: null, name: null }
  if (actor.kind === 'USER') return { kind: actor.kind, id: actor.id, name: nameOf(actor) }
  return { kind: actor.kind, id: actor.id, name: 'name' in actor ? actor.name : null }
}

/** Microseconds as text: the hashed time must equal the time that PostgreSQL stores. */
const microseconds = (at: Date): string => at.toISOString().replace(/Z$/, '000Z')

/**
 * One transaction with its audit events and its change events. All of them commit, or none. Events are written last, so
 * that the shared rows (an organization's audit head, then the change clock) are locked in one order and for the
 * shortest time.
 */
export class UnitOfWork {
  readonly #audited: AuditEntry[] = []
  readonly #published: Publication[] = []
  readonly #erased = new Set<string>()
  readonly #claims = new Map<Index, Holder>()

  readonly #runtime: ChangeRuntime
  readonly #by: Author
  #now: Date | undefined

  constructor(
    readonly tx: Transaction,
    runtime: ChangeRuntime,
    by: Author,
  ) {
    this.#runtime = runtime
    this.#by = by
  }

  /**
   * The database's time of this change, fixed when it is first read. Read it after taking locks, so that it is later
   * than every change that the locks waited for.
   */
  get now(): Date {
    this.#now ??= this.#runtime.database.clock.now()
    return this.#now
  }

  /** Records the value that this change is about to write to a unique index, so that a conflict names its holder. */
  claim(index: Index, value: Holder): void {
    this.#claims.set(index, value)
  }

  get claims(): Claims {
    return this.#claims
  }

  /** Adds an event to the organization's audit log. */
  audit(entry: AuditEntry): void {
    this.#audited.push(entry)
  }

  /** Adds a change event to the outbox: for replicas, subscribers and gateways. */
  publish(change: Publication): void {
    this.#published.push(change)
  }

  /** Keeps the names of subjects out of all events of this change, including events that were added before. */
  erase(subjectIds: readonly string[]): void {
    for (const id of subjectIds) this.#erased.add(id)
  }

  /** Events of this change in their stored form. */
  seal(entries: readonly AuditEntry[]): Promise<SealedEntry[]> {
    return sealPeople(this.tx, this.#runtime.settings?.encryptionKeys ?? [], this.#by, entries, this.#erased)
  }

  /** Writes audit events, webhook messages and change events. Called once, at the end of the transaction. */
  async flush(requestId: string): Promise<void> {
    const events = await this.seal(this.#audited)
    // Done before the shared rows are locked, because removing a webhook also locks the webhook before them.
    const traceparent = this.#runtime.database.tracing?.traceparent() ?? null
    await enqueueMessages(this.tx, events, { at: this.now, traceparent })
    for (const organizationId of [...new Set(events.map((event) => event.organizationId))].sort()) {
      const own = events.filter((event) => event.organizationId === organizationId)
      await this.#append(organizationId, own, requestId)
    }
    const count = this.#published.length
    if (count === 0) return
    const clock = await this.tx.changeClock.update({ where: { id: 1 }, data: { position: { increment: count } } })
    await insertChanges(this.tx, this.now, clock.position - BigInt(count), this.#published)
  }

  async #append(organizationId: string, events: readonly SealedEntry[], requestId: string): Promise<void> {
    const head = await lockAuditHead(this.tx, organizationId)
    if (!head) throw new Error(`The organization ${organizationId} has no audit head`)
    let { sequence, hash } = head
    const rows = []
    for (const entry of events) {
      sequence += 1n
      const event: HashedEvent = {
        ...entry,
        id: newId(),
        sequence: sequence.toString(),
        at: microseconds(this.now),
        requestId,
      }
      const previousHash = hash
      hash = chainHash(previousHash, event)
      rows.push({ ...event, sequence, at: this.now, previousHash, hash })
    }
    await inBatches(rows, (data) => this.tx.auditEvent.createMany({ data }))
    await this.tx.auditHead.update({ where: { organizationId }, data: { sequence, hash } })
  }
}

async function commit<T>(
  runtime: ChangeRuntime,
  by: Author,
  requestId: string,
  work: (unit: UnitOfWork) => Promise<T>,
  options?: TransactionOptions,
): Promise<T> {
  let claims: Claims | undefined
  try {
    return await runtime.database.transaction(async (tx) => {
      const unit = new UnitOfWork(tx, runtime, by)
      claims = unit.claims
      const result = await work(unit)
      await unit.flush(requestId)
      return result
    }, options)
  } catch (error) {
    throw mapConflict(error, claims)
  }
}

/**
 * Runs a change for a caller in one transaction, with its audit events and its outbox rows. The requirements are
 * checked before the transaction, and again in it under locks on the caller's roles. Find the target first: a target
 * that the caller may not see is NotFoundError, not ForbiddenError.
 * @param required Empty if the work itself authorizes the caller, such as the recipient of an invitation.
 */
export async function change<T>(
  { access, requestId, runtime, untimed }: Caller,
  required: readonly Requirement[],
  work: (unit: UnitOfWork) => Promise<T>,
): Promise<T> {
  requireRights(access, required)
  return untimed(() =>
    commit(runtime, auditActor(access.actor), requestId, async (unit) => {
      await holdRights(access, unit.tx, required)
      return work(unit)
    }),
  )
}

/** Runs a change that the operator makes on the command line. */
export const operate = <T>(
  runtime: NamingRuntime,
  work: (unit: UnitOfWork) => Promise<T>,
  options?: TransactionOptions,
): Promise<T> => commit(runtime, OPERATOR, newId(), work, options)

/** Records what a person did at sign-in, where no request of the graph has a caller. */
export const actAsPerson = <T>(
  runtime: NamingRuntime,
  person: { id: string; name: string },
  work: (unit: UnitOfWork) => Promise<T>,
): Promise<T> => commit(runtime, { kind: 'USER', id: person.id, name: nameOf(person) }, newId(), work)

/** Runs a change that the instance makes by itself. */
export const actAsSystem = <T>(
  runtime: ChangeRuntime,
  work: (unit: UnitOfWork) => Promise<T>,
  requestId = newId(),
): Promise<T> => commit(runtime, SYSTEM, requestId, work)

/** Values for the columns `userId` and `serviceAccountId` of a row that this actor made. Both are null for all other kinds of actor. */
export const makerOf = (actor: Actor): { userId: string | null; serviceAccountId: string | null } => ({
  userId: actor.kind === 'USER' ? actor.id : null,
  serviceAccountId: actor.kind === 'SERVICE_ACCOUNT' ? actor.id : null,
})
