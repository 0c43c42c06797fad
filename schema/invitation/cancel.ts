import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import { can, type Grants } from '../core/policy.ts'
import { type Holder, ofHolder } from '../user/holder.ts'
import { addressOf } from '../write/audit/personal.ts'
import type { UnitOfWork } from '../write/unit-of-work.ts'

/** Why an invitation is cancelled automatically. */
type Reason = 'inviterLeft' | 'inviterDemoted' | 'replaced' | 'personRemoved' | 'personDemoted'

/** WHERE condition for invitations that can still be accepted. */
const openOnes = (unit: UnitOfWork, organizationId: string) => ({
  organizationId,
  acceptedAt: null,
  cancelledAt: null,
  expiresAt: { gt: unit.now },
})

/** Cancels open invitations, each with its audit event. */
export async function cancelInvitations(
  unit: UnitOfWork,
  organizationId: string,
  which: Prisma.InvitationWhereInput,
  reason: Reason,
): Promise<void> {
  const open = await unit.tx.invitation.findMany({
    where: { AND: [openOnes(unit, organizationId), which] },
    include: { grants: true },
    orderBy: { id: 'asc' },
  })
  if (open.length === 0) return
  const rows = await unit.tx.invitation.updateManyAndReturn({
    where: { id: { in: open.map(({ id }) => id) }, acceptedAt: null, cancelledAt: null },
    data: { cancelledAt: unit.now },
    select: { id: true },
  })
  // An invitation accepted meanwhile is not cancelled.
  const cancelled = new Set(rows.map(({ id }) => id))
  for (const { id, email, role, grants } of open) {
    if (!cancelled.has(id)) continue
    unit.audit({
      organizationId,
      projectId: role ? null : (grants[0]?.projectId ?? null),
      action: 'invitation.cancelled',
      targetType: 'Invitation',
      targetId: id,
      targetName: addressOf({ id, email }),
      details: { reason },
    })
  }
}

/**
 * Cancels open invitations that their sender's current roles no longer permit. Otherwise a removed or demoted member
 * could still admit people.
 */
export async function cancelInvitationsOf(
  unit: UnitOfWork,
  organizationId: string,
  inviter: Holder,
  reason: 'inviterLeft' | 'inviterDemoted' | 'personRemoved',
): Promise<void> {
  const sent = inviter.userId
    ? { invitedByUserId: inviter.userId }
    : { invitedByServiceAccountId: inviter.serviceAccountId }
  const open = await unit.tx.invitation.findMany({
    where: { ...openOnes(unit, organizationId), ...sent },
    include: { grants: true },
  })
  if (open.length === 0) return
  const grants = await grantsOf(unit, organizationId, inviter)
  const lost = open.filter(({ role, grants: given }) => {
    if (role && !can(grants, 'invitation:createOrganization', { organizationId })) return true
    const action = role ? 'collaborator:add' : 'invitation:createProject'
    return given.some(({ projectId }) => !can(grants, action, { organizationId, projectId }))
  })
  await cancelInvitations(unit, organizationId, { id: { in: lost.map(({ id }) => id) } }, reason)
}

async function grantsOf({ tx }: UnitOfWork, organizationId: string, holder: Holder): Promise<Grants> {
  const where = { organizationId, ...ofHolder(holder) }
  const member = await tx.member.findFirst({ where })
  const collaborators = await tx.collaborator.findMany({ where })
  // The default project can be ignored: a member's implied role in it permits no invitations.
  const organizations = member ? [[organizationId, { role: member.role, defaultProjectId: '' }] as const] : []
  return {
    organizations: new Map(organizations),
    projects: new Map(collaborators.map(({ projectId, role }) => [projectId, { role, organizationId }])),
    key: null,
    gateway: false,
    operator: false,
  }
}

/** The roles that a holder loses: all, only ADMIN, or those in a project. */
interface Taken {
  projectId?: string
  /** Set if only the role ADMIN is lost. Missing: any role. */
  role?: 'ADMIN'
}

/** Cancels open invitations that would restore the roles that a holder has just lost. */
export async function cancelInvitationsTo(
  unit: UnitOfWork,
  organizationId: string,
  { userId }: Holder,
  { projectId, ...role }: Taken,
): Promise<void> {
  const user = userId ? await unit.tx.user.findUnique({ where: { id: userId }, select: { email: true } }) : null
  if (!user) return
  const { email } = user
  const reason = role.role ? 'personDemoted' : 'personRemoved'
  if (!projectId) return cancelInvitations(unit, organizationId, { email, ...role }, reason)
  const which = { email, role: null, grants: { some: { projectId, ...role } } }
  await cancelInvitations(unit, organizationId, which, reason)
  // An invitation to the organization stays open, without the project.
  const invitation = { ...openOnes(unit, organizationId), email }
  const grants = await unit.tx.invitationGrant.findMany({ where: { projectId, ...role, invitation } })
  for (const { invitationId } of grants) {
    await unit.tx.invitationGrant.delete({ where: { invitationId_projectId: { invitationId, projectId } } })
    unit.audit({
      organizationId,
      projectId,
      action: 'invitation.projectRemoved',
      targetType: 'Invitation',
      targetId: invitationId,
      targetName: addressOf({ id: invitationId, email }),
      details: { reason },
    })
  }
}
