import { NO_ESTIMATE } from '@keyward/engine/lease/kind'
import { type Reservation, readReservation } from '@keyward/engine/lease/reservation'
import type { Runtime } from '../../runtime.ts'
import { type Charge, settleUsage } from './charge.ts'

/** The reservation itself names its limits, so no other limits are charged. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** The charge of a released reservation, with a cost of zero. */
export const releaseOf = (now: Date, reservation: Reservation): Charge => ({
  organizationId: NOBODY,
  projectId: NOBODY,
  apiKeyId: null,
  consumer: null,
  model: null,
  occurredAt: now,
  used: NO_ESTIMATE,
  reservation,
})

/**
 * Releases the reservations of requests that were not served, by their tokens. Reservations that are already settled or
 * released stay unchanged.
 */
export async function releaseReservations(
  { database, leases }: Pick<Runtime, 'database' | 'leases'>,
  tokens: readonly string[],
): Promise<void> {
  const now = database.clock.now()
  const charges = tokens.flatMap((token) => {
    const reservation = readReservation(token)
    return reservation ? [releaseOf(now, reservation)] : []
  })
  if (charges.length === 0) return
  leases.settled(await database.transaction((tx) => settleUsage(tx, now, charges)))
}
