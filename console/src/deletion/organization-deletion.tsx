import { useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import type { Organization } from '../app/session.ts'
import { OrganizationDeletionDocument } from '../generated/graphql.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/feedback.tsx'
import { Card } from '../ui/layout.tsx'
import { fullTime } from '../ui/time.tsx'
import { DeleteCard } from './delete-card.tsx'

/** Schedules the deletion of an organization, or cancels it. */
export function OrganizationDeletion({ organization: { id, name, deletesAt } }: { organization: Organization }) {
  const cancelling = useAction({
    run: (_: undefined) => keyward.organizations.cancelDeletion({ id }),
    done: 'Deletion cancelled.',
  })
  if (!deletesAt) {
    return (
      <DeleteCard
        id={id}
        name={name}
        what="organization"
        note="Its keys stop working at once. Everything is deleted 7 days later. Until then you can cancel."
        effect="Its keys stop working at once, and everything is deleted in 7 days. Until then you can cancel, and the same keys work again."
        count={async (signal) =>
          (await keyward.request(OrganizationDeletionDocument, { id }, { signal })).organization?.deletionContents
        }
        run={(typed) => keyward.organizations.delete({ id, name: typed })}
        done="Deletion scheduled."
      />
    )
  }
  return (
    <Card
      title="Deletion is scheduled"
      note={`Everything in the organization is deleted on ${fullTime(deletesAt)}. Its keys do not work until you cancel the deletion.`}
    >
      <ErrorNote error={cancelling.error} />
      <div>
        <Button busy={cancelling.isPending} onClick={() => cancelling.mutate(undefined)}>
          Cancel the deletion
        </Button>
      </div>
    </Card>
  )
}
