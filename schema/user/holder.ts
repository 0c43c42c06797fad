import type { Transaction } from '@keyward/prisma/database'

/** Whose a membership or a project role is: a person's or a service account's. */
export interface Holder {
  userId: string | null
  serviceAccountId: string | null
}

/** The WHERE of what is a person's or a service account's. */
export const ofHolder = ({ userId, serviceAccountId }: Holder) => (userId ? { userId } : { serviceAccountId })

/** Whom an event of the audit log is about: with the name as it is now, since the rows may go. */
export interface NamedHolder {
  targetName: string | null
  details: { userId: string } | { serviceAccountId: string } | Record<string, never>
}

export async function nameHolder(tx: Transaction, { userId, serviceAccountId }: Holder): Promise<NamedHolder> {
  if (userId) {
    const user = await tx.user.findUnique({ where: { id: userId }, select: { name: true } })
    return { targetName: user?.name ?? null, details: { userId } }
  }
  if (serviceAccountId) {
    const account = await tx.serviceAccount.findUnique({ where: { id: serviceAccountId }, select: { name: true } })
    return { targetName: account?.name ?? null, details: { serviceAccountId } }
  }
  return { targetName: null, details: {} }
}
