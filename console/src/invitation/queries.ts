import { queryOptions } from '@tanstack/react-query'
import { keyward } from '../app/api.ts'
import { InvitationPreviewDocument, type InvitationPreviewQuery } from '../generated/graphql.ts'

/** An invitation, as shown to the holder of its link. */
export type InvitationPreview = NonNullable<InvitationPreviewQuery['invitationByToken']>

/** An invitation that can be accepted. */
export type OpenInvitation = InvitationPreview & {
  [Field in 'organizationName' | 'projects' | 'emailHint']: NonNullable<InvitationPreview[Field]>
}

/** The invitation if it can be accepted. For any other invitation, the server returns only the status. */
export function openOf(invitation: InvitationPreview): OpenInvitation | null {
  const { organizationName, projects, emailHint } = invitation
  if (organizationName == null || projects == null || emailHint == null) return null
  return { ...invitation, organizationName, projects, emailHint }
}

/** Looks up an invitation by its token. Null if no invitation has the token. */
export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token],
    queryFn: async ({ signal }): Promise<InvitationPreview | null> =>
      (await keyward.request(InvitationPreviewDocument, { token }, { signal })).invitationByToken ?? null,
    // The token is a secret, so its cache entry is dropped with the page.
    gcTime: 0,
  })
