import { useState } from 'react'
import { keyward } from '../app/api.ts'
import { ConfirmDialog } from '../app/confirm-dialog.tsx'
import { type Organization, useSession } from '../app/session.ts'
import { Button } from '../ui/button.tsx'
import { Note } from '../ui/feedback.tsx'
import { layout } from '../ui/layout.tsx'
import { dayOf } from '../ui/time.tsx'

interface OfferNoteProps {
  organization: Organization
  offer: NonNullable<Organization['ownershipOffer']>
}

/** An offer of the ownership of an organization, shown to its Owner and to the recipient. */
export function OfferNote({ organization: { id: organizationId, name }, offer }: OfferNoteProps) {
  const { user } = useSession()
  const [open, setOpen] = useState<'accept' | 'cancel' | null>(null)
  const heir = offer.member.principal.__typename === 'User' ? offer.member.principal : null
  const isMine = heir?.id === user.id
  const until = dayOf(offer.expiresAt)
  return (
    <Note tone="warn">
      {isMine
        ? `The ownership of “${name}” is offered to you until ${until}. `
        : `You offered the ownership of “${name}” to ${heir?.name ?? 'a member'}, who can accept until ${until}. `}
      <div className={layout.actions}>
        {isMine && <Button onClick={() => setOpen('accept')}>Accept</Button>}
        <Button onClick={() => setOpen('cancel')}>{isMine ? 'Decline' : 'Withdraw the offer'}</Button>
      </div>
      {open === 'accept' && (
        <ConfirmDialog
          title={`Become the Owner of “${name}”`}
          action="Accept the ownership"
          run={() => keyward.ownership.accept({ organizationId })}
          done={`You are the Owner of “${name}” now.`}
          onClose={() => setOpen(null)}
        >
          The present Owner becomes an admin. Only you can then see the legacy key, and delete or hand over the
          organization.
        </ConfirmDialog>
      )}
      {open === 'cancel' && (
        <ConfirmDialog
          title={isMine ? 'Decline the ownership' : 'Withdraw the offer'}
          action={isMine ? 'Decline' : 'Withdraw'}
          run={() => keyward.ownership.cancel({ organizationId })}
          done={isMine ? 'Ownership declined.' : 'Offer withdrawn.'}
          onClose={() => setOpen(null)}
        >
          The Owner stays the same, and can make another offer.
        </ConfirmDialog>
      )}
    </Note>
  )
}
