import { z } from 'zod'
import { parse } from '../core/input.ts'
import { clientSource } from '../credential/unknown-secrets.ts'
import type { GraphContext } from '../graphql/context.ts'
import { statusOf } from './status.ts'
import { hashToken } from './token.ts'

const previewInput = z.object({ token: z.string() })

const INCLUDE = {
  organization: { select: { name: true, deletesAt: true } },
  invitedByUser: { select: { name: true } },
  invitedByServiceAccount: { select: { name: true } },
  grants: {
    select: { role: true, project: { select: { name: true } } },
    where: { project: { archivedAt: null, deletesAt: null } },
    orderBy: { projectId: 'asc' },
  },
} as const

/**
 * Finds an invitation by its token, for anybody who has the link. Null if no invitation has the token. Unknown tokens
 * of a client address count towards its bound on unknown secrets.
 */
export async function previewInvitation({ runtime, clientAddress }: GraphContext, input: unknown) {
  const tokenHash = hashToken(parse(previewInput, input).token)
  const { database, unknownSecrets } = runtime
  const row = await unknownSecrets.find(Buffer.from(tokenHash).toString('hex'), clientSource(clientAddress), () =>
    database.prisma.invitation.findUnique({ where: { tokenHash }, include: INCLUDE }),
  )
  if (!row) return null
  const status = statusOf(row, database.clock.now())
  // An old link must not show the current name of the organization. Neither must a link to something that is being
  // deleted.
  const isShown = status === 'OPEN' && !row.organization.deletesAt && (row.role !== null || row.grants.length > 0)
  return { status, expiresAt: row.expiresAt, shown: isShown ? row : null }
}

/** An invitation with the names that its recipient may read while it can be accepted. */
export type PreviewRow = NonNullable<Awaited<ReturnType<typeof previewInvitation>>>

/** A project role of such an invitation. */
export type PreviewGrant = NonNullable<PreviewRow['shown']>['grants'][number]

/**
 * The first character and the domain. The link must not reveal the address with which one can sign up, so an address
 * with a single character before the domain shows none.
 */
export function hintOf(email: string): string {
  const at = email.lastIndexOf('@')
  const [first = '', ...others] = email.slice(0, at)
  return `${others.length > 0 ? first : ''}…${email.slice(at)}`
}
