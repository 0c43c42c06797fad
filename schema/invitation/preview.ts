import { z } from 'zod'
import { parse } from '../core/input.ts'
import { clientSource } from '../credential/unknown-secrets.ts'
import type { GraphContext } from '../graphql/context.ts'
import { hashToken } from './token.ts'

const previewInput = z.object({ token: z.string() })

const INCLUDE = {
  organization: { select: { name: true } },
  invitedByUser: { select: { name: true } },
  invitedByServiceAccount: { select: { name: true } },
  grants: { select: { role: true, project: { select: { name: true } } }, orderBy: { projectId: 'asc' } },
} as const

/**
 * Finds an invitation by its token, for whoever holds the link. Null if no invitation has it. The address of a client
 * bounds its unknown tokens together with its other unknown secrets.
 */
export function previewInvitation({ runtime, clientAddress }: GraphContext, input: unknown) {
  const tokenHash = hashToken(parse(previewInput, input).token)
  const { database, unknownSecrets } = runtime
  return unknownSecrets.find(Buffer.from(tokenHash).toString('hex'), clientSource(clientAddress), () =>
    database.prisma.invitation.findUnique({ where: { tokenHash }, include: INCLUDE }),
  )
}

/** An invitation with the names that its recipient may read. */
export type PreviewRow = NonNullable<Awaited<ReturnType<typeof previewInvitation>>>

/** The first character and the domain. The link must not reveal the address that signs up with it. */
export function hintOf(email: string): string {
  const [first = ''] = email
  return `${first}…${email.slice(email.lastIndexOf('@'))}`
}
