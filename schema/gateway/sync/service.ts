import { setTimeout as delay } from 'node:timers/promises'
import { MAX_STALENESS_MS } from '@keyward/engine/knowledge/freshness'
import type { Database } from '@keyward/prisma/database'
import { z } from 'zod'
import type { LastUsed } from '../../api-key/last-used.ts'
import type { Caller } from '../../core/caller.ts'
import { ForbiddenError, ValidationError } from '../../core/errors.ts'
import { parse } from '../../core/input.ts'
import { INSTANCE, rolesFor } from '../../core/policy.ts'
import type { Runtime } from '../../runtime.ts'
import { outageGraceOf } from '../../verification/verifier.ts'
import { readCursor } from '../../write/outbox/cursor.ts'
import { deleteVerifier, deleteVerifiersBefore, findVerifiers, readConnectionFigures, saveVerifier } from './sql.ts'
import { type Message, messageSince } from './sync.ts'

/** A connection sends something at least this often. */
const SAYS_SO_WITHIN_SECONDS = 10
const POLL_MS = 20
const LONGEST_POLL_MS = 200
const KEPT_HOURS = 24
export const MAX_USED = 5_000
export const MAX_AWAITED_SECONDS = 10

/** The field of inputs that wait for gateways. */
export const awaitedSeconds = z
  .number()
  .int()
  .min(0)
  .max(MAX_AWAITED_SECONDS, { error: `Must be at most ${MAX_AWAITED_SECONDS} seconds.` })
  .nullish()

const USED = /^(secret|legacy):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

export const gatewayAcknowledgeInput = z.object({
  connectionId: z.uuid({ error: 'Is a UUID.' }),
  cursor: z.string().nullish(),
  used: z
    .array(z.string().regex(USED, { error: 'Is the `useId` of a credential.' }))
    .max(MAX_USED, { error: `At most ${MAX_USED} at a time.` })
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
 * for outages.
 */
const mayAnswerSeconds = ({ settings }: Runtime): number =>
  Math.max(MAX_STALENESS_MS / 1_000, outageGraceOf(settings)) + SAYS_SO_WITHIN_SECONDS

/** Connections seen after this time may still decide from their caches. */
const stillDeciding = (runtime: Runtime): Date =>
  new Date(runtime.database.clock.now().getTime() - mayAnswerSeconds(runtime) * 1_000)

/** Figures of the connections that may still decide from their caches. Times and positions are of the slowest one. */
export async function connectionFigures(
  runtime: Runtime,
): Promise<{ connections: number; stalenessSeconds: number; changesBehind: number }> {
  const newest = await runtime.changes.newest()
  const { connections, seenAt, position } = await readConnectionFigures(runtime.database, stillDeciding(runtime))
  const silent = seenAt === null ? 0 : runtime.database.clock.now().getTime() - seenAt.getTime()
  return {
    connections,
    stalenessSeconds: Math.max(0, silent) / 1_000,
    changesBehind: position === null || position > newest ? 0 : Number(newest - position),
  }
}

/** Saves the position of a connection, which moves back if it starts anew. False if another gateway has the connection. */
export async function noteConnection(
  database: Database,
  { connectionId, gatewayId, position }: { connectionId: string; gatewayId: string; position: bigint },
): Promise<boolean> {
  return saveVerifier(database, { connectionId, gatewayId, position }, database.clock.now())
}

const USED_TABLES = { secret: 'api_key_secret', legacy: 'legacy_key' } as const

function noteUsed(lastUsed: LastUsed, used: readonly string[]): void {
  for (const each of used) {
    const [, table, id] = USED.exec(each) ?? []
    if ((table === 'secret' || table === 'legacy') && id) lastUsed.note(USED_TABLES[table], id)
  }
}

/**
 * Acknowledges changes and notes used credentials. Returns the later changes, so that a gateway stays current while its
 * stream is broken.
 */
export async function acknowledge({ access, runtime }: Caller, input: unknown): Promise<{ sync: Message }> {
  const { actor } = access
  if (actor.kind !== 'GATEWAY' || !access.can('gateway:sync', INSTANCE)) {
    throw new ForbiddenError('gateway:sync', rolesFor('gateway:sync'))
  }
  const { connectionId, cursor, used, leaving } = parse(gatewayAcknowledgeInput, input)
  noteUsed(runtime.lastUsed, used ?? [])
  const read = await readCursor(cursor, runtime.changes)
  if ('problem' in read) throw ValidationError.at('cursor', `It ${read.problem}`)
  if (leaving) {
    await deleteVerifier(runtime.database, connectionId, actor.id)
  } else if (
    !(await noteConnection(runtime.database, { connectionId, gatewayId: actor.id, position: read.position }))
  ) {
    throw ValidationError.at('connectionId', 'Must not be the id of another gateway’s connection. Choose another UUID.')
  }
  return { sync: await messageSince(runtime, read.position) }
}

/** Waits until every live connection has applied the changes committed so far, at most for a time, and returns receipts. */
export async function awaitGateways(runtime: Runtime, seconds: number): Promise<GatewayReceipt[]> {
  const { database, changes } = runtime
  const position = await changes.newest()
  const until = performance.now() + seconds * 1_000
  for (let pause = POLL_MS; ; pause = Math.min(pause * 1.5, LONGEST_POLL_MS)) {
    const rows = await findVerifiers(database, stillDeciding(runtime))
    const receipts = rows.map((row) => ({
      connectionId: row.id,
      gatewayId: row.gateway_id,
      gatewayName: row.name,
      acknowledged: BigInt(row.position) >= position,
    }))
    const left = until - performance.now()
    if (left <= 0 || receipts.every(({ acknowledged }) => acknowledged)) return receipts
    await delay(Math.min(pause, left))
  }
}

/** Waits for gateways as long as a caller asked for. Null if the caller did not ask. */
export const awaitIfAsked = async (
  { runtime, untimed }: Caller,
  seconds: number | null | undefined,
): Promise<GatewayReceipt[] | null> => (seconds == null ? null : untimed(() => awaitGateways(runtime, seconds)))

/** Deletes connections that were silent for a day. */
export async function removeOldConnections(database: Database): Promise<void> {
  await deleteVerifiersBefore(database, new Date(database.clock.now().getTime() - KEPT_HOURS * 3_600_000))
}
