import { setTimeout as delay } from 'node:timers/promises'
import { MAX_STALENESS_MS } from '@keyward/engine/knowledge/freshness'
import { REASONS, type Reason } from '@keyward/engine/reasons'
import type { Database } from '@keyward/prisma/database'
import { z } from 'zod'
import type { Caller } from '../../core/caller.ts'
import { ForbiddenError, ValidationError } from '../../core/errors.ts'
import { listOf, parse } from '../../core/input.ts'
import { INSTANCE, rolesFor } from '../../core/policy.ts'
import type { LastUsed } from '../../credential/last-used.ts'
import { recordReportedDenials } from '../../denial/reported.ts'
import type { Runtime } from '../../runtime.ts'
import { outageGraceOf } from '../../verification/verifier.ts'
import { readCursor } from '../../write/outbox/cursor.ts'
import type { Point } from '../../write/outbox/history-sql.ts'
import { deleteVerifier, deleteVerifiersBefore, findVerifiers, readConnectionFigures, saveVerifier } from './sql.ts'
import { type Message, messageSince } from './sync.ts'

/** Each connection sends a message at least this often. */
const SAYS_SO_WITHIN_SECONDS = 10
const POLL_MS = 20
const LONGEST_POLL_MS = 200
const KEPT_HOURS = 24
export const MAX_USED = 5_000
export const MAX_DENIED = 5_000
/** Maximum number of denials in one count of a gateway. */
export const MAX_DENIALS = 1_000_000_000
export const MAX_AWAITED_SECONDS = 10

/** The input field of mutations that wait for gateways. */
export const awaitedSeconds = z
  .number()
  .int()
  .min(0)
  .max(MAX_AWAITED_SECONDS, { error: `Must be at most ${MAX_AWAITED_SECONDS} seconds.` })
  .nullish()

const USED = /^(secret|legacy):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

export const gatewayAcknowledgeInput = z.object({
  connectionId: z.uuid({ error: 'Must be a UUID.' }),
  cursor: z.string().nullish(),
  used: listOf(
    z.string().regex(USED, { error: 'Must be the `useId` of a credential.' }),
    MAX_USED,
    `At most ${MAX_USED} per call.`,
  ).nullish(),
  denials: z
    .object({
      batchId: z.uuid({ error: 'Must be a UUID.' }),
      counts: listOf(
        z.object({
          credentialId: z.string(),
          organizationId: z.string(),
          projectId: z.string(),
          reason: z.enum(Object.keys(REASONS) as Reason[]),
          count: z.number().int().min(1).max(MAX_DENIALS),
        }),
        MAX_DENIED,
        `At most ${MAX_DENIED} per call.`,
      ),
    })
    .nullish(),
  leaving: z.boolean().nullish(),
})

/** Whether a connection has applied a change. */
export interface GatewayReceipt {
  connectionId: string
  gatewayId: string
  gatewayName: string
  acknowledged: boolean
}

/**
 * The time for which a silent connection may still decide from its cache: until its next message is due, plus the grace
 * period for outages.
 */
const mayAnswerSeconds = ({ settings }: Runtime): number =>
  Math.max(MAX_STALENESS_MS / 1_000, outageGraceOf(settings)) + SAYS_SO_WITHIN_SECONDS

/** Connections seen after this time can still decide from their caches. */
const stillDeciding = (runtime: Runtime): Date =>
  new Date(runtime.database.clock.now().getTime() - mayAnswerSeconds(runtime) * 1_000)

/**
 * Metrics of the connections that can still decide from their caches. Times and positions are those of the slowest one.
 */
export async function connectionFigures(
  runtime: Runtime,
): Promise<{ connections: number; stalenessSeconds: number; changesBehind: number; delaySeconds: number }> {
  const { position: newest } = await runtime.changes.newest()
  const figures = await readConnectionFigures(runtime.database, stillDeciding(runtime))
  const { connections, seenAt, position, changedAt } = figures
  const now = runtime.database.clock.now().getTime()
  const secondsSince = (at: Date | null) => (at === null ? 0 : Math.max(0, now - at.getTime()) / 1_000)
  return {
    connections,
    stalenessSeconds: secondsSince(seenAt),
    changesBehind: position === null || position > newest ? 0 : Number(newest - position),
    delaySeconds: secondsSince(changedAt),
  }
}

/** Reads the cursor of a gateway. If the database does not have the cursor's change, this proves another history. */
const readGatewayCursor = (cursor: string | null | undefined, { changes }: Runtime) =>
  readCursor(cursor, changes, { isWitness: true })

/** Reads the cursor of a connection and saves its position, which moves back if the connection restarts. */
export async function noteConnection(
  runtime: Runtime,
  { connectionId, gatewayId, cursor }: { connectionId: string; gatewayId: string; cursor: string | null | undefined },
): Promise<{ point: Point } | { of: 'connectionId' | 'cursor'; problem: string }> {
  const { database } = runtime
  const read = await readGatewayCursor(cursor, runtime)
  if ('problem' in read) return { of: 'cursor', ...read }
  const { point } = read
  if (await saveVerifier(database, { connectionId, gatewayId, point }, database.clock.now())) return read
  const again = cursor == null ? read : await readGatewayCursor(cursor, runtime)
  if ('problem' in again) return { of: 'cursor', ...again }
  return { of: 'connectionId', problem: 'must not be the id of another gateway’s connection. Choose another UUID.' }
}

const USED_TABLES = { secret: 'api_key_secret', legacy: 'legacy_key' } as const

function noteUsed(lastUsed: LastUsed, used: readonly string[]): void {
  for (const each of used) {
    const [, table, id] = USED.exec(each) ?? []
    if ((table === 'secret' || table === 'legacy') && id) lastUsed.note(USED_TABLES[table], id)
  }
}

/**
 * Acknowledges changes and records used credentials. Returns the later changes, so that a gateway stays current while
 * its stream is broken.
 */
export async function acknowledge({ access, runtime }: Caller, input: unknown): Promise<{ sync: Message }> {
  const { actor } = access
  if (actor.kind !== 'GATEWAY' || !access.can('gateway:sync', INSTANCE)) {
    throw new ForbiddenError('gateway:sync', rolesFor('gateway:sync'))
  }
  const { connectionId, cursor, used, denials, leaving } = parse(gatewayAcknowledgeInput, input)
  noteUsed(runtime.lastUsed, used ?? [])
  if (denials) await recordReportedDenials(runtime.database, denials.batchId, denials.counts)
  if (leaving) await deleteVerifier(runtime.database, connectionId, actor.id)
  const noted = leaving
    ? { of: 'cursor' as const, ...(await readGatewayCursor(cursor, runtime)) }
    : await noteConnection(runtime, { connectionId, gatewayId: actor.id, cursor })
  if ('problem' in noted) throw ValidationError.at(noted.of, `It ${noted.problem}`)
  const sync = await messageSince(runtime, noted.point)
  if (sync === null) throw ValidationError.at('cursor', 'The cursor became invalid during the request. Omit it.')
  return { sync }
}

/** Whether this process has applied the changes of a history up to a position. */
const isAppliedHere = ({ point }: Runtime['changes'], history: string, position: bigint): boolean =>
  point.history === history && point.position >= position

/**
 * Waits until this server and every live connection have applied the changes committed so far, or until a deadline.
 * Returns a receipt for each connection. A connection reads the database, so it may be ahead of this server.
 * @param since A point from before the change. If the history is another one now, the change may be lost, and no
 * receipt confirms it.
 */
export async function awaitGateways(runtime: Runtime, seconds: number, since: Point): Promise<GatewayReceipt[]> {
  const { database, changes } = runtime
  const { position, history } = await changes.newest()
  const isKept = history === since.history && position >= since.position
  const until = performance.now() + seconds * 1_000
  for (let pause = POLL_MS; ; pause = Math.min(pause * 1.5, LONGEST_POLL_MS)) {
    const rows = await findVerifiers(database, stillDeciding(runtime))
    const receipts = rows.map((row) => ({
      connectionId: row.id,
      gatewayId: row.gateway_id,
      gatewayName: row.name,
      acknowledged: isKept && row.history === history && BigInt(row.position) >= position,
    }))
    const left = until - performance.now()
    const isEverywhere = isAppliedHere(changes, history, position) && receipts.every(({ acknowledged }) => acknowledged)
    if (left <= 0 || isEverywhere) return receipts
    await delay(Math.min(pause, left))
  }
}

/** Waits for gateways for as long as the caller requested. Null if the caller requested no wait. */
export const awaitIfAsked = async (
  { runtime, untimed }: Caller,
  seconds: number | null | undefined,
  since: Point,
): Promise<GatewayReceipt[] | null> => (seconds == null ? null : untimed(() => awaitGateways(runtime, seconds, since)))

/** Deletes connections that were silent for a day. */
export async function removeOldConnections(database: Database): Promise<void> {
  await deleteVerifiersBefore(database, new Date(database.clock.now().getTime() - KEPT_HOURS * 3_600_000))
}
