import type { ChangeUnit } from '../change/unit.ts'

/** Cancels the open invitations that someone sent, so that who was removed or demoted lets nobody in afterwards. */
export async function cancelInvitationsOf(
  unit: ChangeUnit,
  organizationId: string,
  inviter: { userId: string | null; serviceAccountId: string | null },
): Promise<void> {
  await unit.tx.invitation.updateMany({
    where: {
      organizationId,
      acceptedAt: null,
      cancelledAt: null,
      ...(inviter.userId
        ? { invitedByUserId: inviter.userId }
        : { invitedByServiceAccountId: inviter.serviceAccountId }),
    },
    data: { cancelledAt: unit.now },
  })
}
