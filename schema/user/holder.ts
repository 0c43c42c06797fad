import type { Transaction } from '@keyward/prisma/database'
import { nameOf, type Personal } from '../write/audit/personal.ts'

/** The holder of a membership or a project role: a person or a service account. */
export interface Holder {
  userId: string | null
  serviceAccountId: string | null
}

/** WHERE condition for rows of a holder. */
export const ofHolder = ({ userId, serviceAccountId }: Holder) => (userId ? { userId } : { serviceAccountId })

/** A holder in an audit event. It includes the current name, because the holder's row may be deleted later. */
export interface NamedHolder {
  targetName: string | Personal | null
  details: { userId: string } | { serviceAccountId: string } | Record<string, never>
}

export async function nameHolder(tx: Transaction, { userId, serviceAccountId }: Holder): Promise<NamedHolder> {
  if (userId) {
    const user = await tx.user.findUnique({ where: { id: userId }, select: { name: true } })
    return { targetName: user && nameOf({ id: userId, name: user.name }), details: { userId } }
  }
  if (serviceAccountId) {
    const account = await tx.serviceAccount.findUnique({ where: { id: serviceAccountId }, select: { name: true } })
    return { targetName: account?.name ?? null, details: { serviceAccountId } }
  }
  return { targetName: null, details: {} }
}
