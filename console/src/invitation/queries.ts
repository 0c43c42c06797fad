import { queryOptions } from '@tanstack/react-query'
import { keyward } from '../app/api.ts'
import { InvitationPreviewDocument, type InvitationPreviewQuery } from '../generated/graphql.ts'

/** An invitation as the holder of its link sees it. */
export type InvitationPreview = NonNullable<InvitationPreviewQuery['invitationByToken']>

/** Looks an invitation up by its token. Null if no invitation has it. */
export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token],
    queryFn: async ({ signal }): Promise<InvitationPreview | null> =>
      (await keyward.request(InvitationPreviewDocument, { token }, { signal })).invitationByToken ?? null,
    // The token is a secret: it is forgotten with the page.
    gcTime: 0,
  })
