import { issueOf, restOf, useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { toast } from '../ui/toast.tsx'

const DAY_MS = 86_400_000

/** A time in the format of the browser's field, in local time. */
function localMinute(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 16)
}

const resentText = (count: number, hasMore: boolean): string => {
  if (count === 0) return 'No message for an event since that time has failed.'
  const sent = `${count.toLocaleString('en')} ${count === 1 ? 'message is' : 'messages are'} on the way again.`
  return hasMore ? `${sent} More failed: send them, too.` : sent
}

/** Sends the failed messages since a time again, for example after an outage of the receiver. */
export function ResendFailedDialog({ webhookId, onClose }: { webhookId: string; onClose: () => void }) {
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) =>
      keyward.webhooks.resendFailed({ webhookId, since: new Date(String(values.get('since'))).toISOString() }),
    onDone: ({ resentCount, hasMore }) => {
      toast(resentText(resentCount, hasMore))
      onClose()
    },
  })
  return (
    <FormDialog
      title="Send failed messages again"
      description="Up to 1,000 messages are sent, the oldest first. Each keeps its id, so that an endpoint that remembers ids ignores those it has processed."
      action="Send again"
      busy={isPending}
      error={restOf(error, 'since')}
      onSend={mutate}
      onClose={onClose}
    >
      <TextField
        label="Events since"
        name="since"
        type="datetime-local"
        required
        defaultValue={localMinute(new Date(Date.now() - DAY_MS))}
        error={issueOf(error, 'since')}
      />
    </FormDialog>
  )
}
