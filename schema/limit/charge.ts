import type { Transaction } from '@keyward/prisma/database'
import type { Reservation } from './reservation.ts'

/** What a request did cost, to be charged to the budgets above its credential. */
export interface Charge {
  organizationId: string
  projectId: string
  /** Null for what has no limits of its own: legacy keys, playground tokens. */
  apiKeyId: string | null
  occurredAt: Date
  /** In nano-dollars; 0 for a request that came to nothing, whose reservation is let go. */
  nanos: bigint
  reservation: Reservation | null
}

/** Charges budgets and settles reservations, each once. The last thing that a transaction does: it locks what gateways wait for. */
export async function chargeBudgets(_tx: Transaction, _now: Date, _charges: readonly Charge[]): Promise<void> {}
