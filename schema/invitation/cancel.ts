import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import type { ChangeUnit } from '../change/unit.ts'

/** Cancels open invitations, each with its audit event. */
export async function cancelInvitations(
  unit: ChangeUnit,
  organizationId: string,
  which: Prisma.InvitationWhereInput,
  reason: 'inviterLeft' | 'replaced' | 'personRemoved',
): Promise<void> {
  const open = await unit.tx.invitation.findMany({
    where: { AND: [{ organizationId, acceptedAt: null, cancelledAt: null, expiresAt: { gt: unit.now } }, which] },
    include: { grants: true },
    orderBy: { id: 'asc' },
  })
  if (open.length === 0) return
  const ids = open.map(({ id }) => id)
  await unit.tx.invitation.updateMany({
    where: { id: { in: ids }, acceptedAt: null, cancelledAt: null },
    data: { cancelledAt: unit.now },
  })
  for (const { id, email, role, grants } of open) {
    unit.audit({
      organizationId,
      projectId: role ? null : (grants[0]?.projectId ?? null),
      action: 'invitation.cancelled',
      targetType: 'Invitation',
      targetId: id,
      targetName: email,
      details: { reason },
    })
  }
}

/** Cancels the open invitations that someone sent, so that who was removed or demoted lets nobody in afterwards. */
export const cancelInvitationsOf = (
  unit: ChangeUnit,
  organizationId: string,
  inviter: { userId: string | null; serviceAccountId: string | null },
  /** Only those to one project, by who sends them as its ADMIN; all if not given. */
  projectId?: string,
): Promise<void> =>
  cancelInvitations(
    unit,
    organizationId,
    {
      ...(projectId ? { role: null, grants: { some: { projectId } } } : {}),
      ...(inviter.userId
        ? { invitedByUserId: inviter.userId }
        : { invitedByServiceAccountId: inviter.serviceAccountId }),
    },
    'inviterLeft',
  )
