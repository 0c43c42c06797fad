import { useQuery } from '@tanstack/react-query'
import { useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { WebhookDeliveryDocument } from '../generated/graphql.ts'
import { Button } from '../ui/button.tsx'
import { Copy } from '../ui/copy.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { ErrorNote, Failed, Loading } from '../ui/feedback.tsx'
import { Facts } from '../ui/layout.tsx'
import { Ago, fullTime } from '../ui/time.tsx'
import { DeliveryState } from './delivery-state.tsx'
import classes from './webhooks.module.css'
import { eventName } from './words.ts'

const REFRESH_MS = 2_000

/** The body with a line for each value. Text that is not JSON is shown unchanged. */
function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}

interface DeliveryDialogProps {
  id: string
  canResend: boolean
  onClose: () => void
}

/** A message with its body and its last attempt. */
export function DeliveryDialog({ id, canResend, onClose }: DeliveryDialogProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ['webhook-delivery', id],
    queryFn: async ({ signal }) => {
      const { node } = await keyward.request(WebhookDeliveryDocument, { id }, { signal })
      if (node?.__typename !== 'WebhookDelivery')
        throw new Error('This message was deleted. Messages are kept for 30 days.')
      return node
    },
    refetchInterval: REFRESH_MS,
  })
  const resend = useAction({
    run: (_: undefined) => keyward.webhooks.resend({ id }),
    done: 'The message is on its way again.',
  })
  return (
    <Dialog title={data ? eventName(data.event) : 'Message'} description={id} large onClose={onClose}>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading />
      ) : (
        <>
          <Facts
            rows={[
              ['State', <DeliveryState key="state" delivery={data} />],
              ['Time', fullTime(data.createdAt)],
              ['Attempts', String(data.attempts)],
              ['Last answer', data.lastError ?? data.lastStatus ?? 'None yet'],
              ...(data.nextAttemptAt ? [['Next attempt', <Ago key="next" time={data.nextAttemptAt} />] as const] : []),
              ...(data.deliveredAt ? [['Delivered', fullTime(data.deliveredAt)] as const] : []),
            ]}
          />
          {data.body && (
            <section aria-label="Body of the message">
              <pre className={classes.body}>{indented(data.body)}</pre>
            </section>
          )}
          <ErrorNote error={resend.error} />
          <DialogActions>
            {data.body && <Copy text={data.body} label="Copy body" />}
            {canResend && (
              <Button kind="primary" icon="send" busy={resend.isPending} onClick={() => resend.mutate(undefined)}>
                Send again
              </Button>
            )}
          </DialogActions>
        </>
      )}
    </Dialog>
  )
}
