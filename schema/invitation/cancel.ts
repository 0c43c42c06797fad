import type { ChangeUnit } from '../change/unit.ts'

/** Cancels the open invitations that someone sent, so that who was removed or demoted lets nobody in afterwards. */
export async function cancelInvitationsOf(
  unit: ChangeUnit,
  organizationId: string,
  inviter: { userId: string | null; serviceAccountId: string | null },
  /** Only those to one project, by who sends them as its ADMIN; all if not given. */
  projectId?: string,
): Promise<void> {
  await unit.tx.invitation.updateMany({
    where: {
      organizationId,
      acceptedAt: null,
      cancelledAt: null,
      ...(projectId ? { role: null, grants: { some: { projectId } } } : {}),
      ...(inviter.userId
        ? { invitedByUserId: inviter.userId }
        : { invitedByServiceAccountId: inviter.serviceAccountId }),
    },
    data: { cancelledAt: unit.now },
  })
}
