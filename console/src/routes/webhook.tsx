import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { useOrganization } from '../app/session.ts'
import { WebhookDocument, type WebhookQuery } from '../generated/graphql.ts'
import { Button } from '../ui/button.tsx'
import { Badge, Empty, ErrorNote, Failed, Loading, Note } from '../ui/feedback.tsx'
import { Icon } from '../ui/icon.tsx'
import { Card, Facts, layout, Page, Table } from '../ui/layout.tsx'
import { Ago } from '../ui/time.tsx'
import { eventName } from '../webhooks/words.ts'
import { WebhookState } from './webhooks.tsx'

const WebhookDialog = lazy(async () => ({ default: (await import('../webhooks/webhook-dialog.tsx')).WebhookDialog }))
const RotateSecretDialog = lazy(async () => ({
  default: (await import('../webhooks/rotate-secret-dialog.tsx')).RotateSecretDialog,
}))
const ConfirmDialog = lazy(async () => ({ default: (await import('../app/confirm-dialog.tsx')).ConfirmDialog }))

type Webhook = Extract<NonNullable<WebhookQuery['node']>, { __typename: 'Webhook' }>

/** A webhook with its last deliveries. */
export function WebhookPage() {
  const { webhookId = '' } = useParams({ strict: false })
  const { data, error, refetch } = useQuery({
    queryKey: ['webhook', webhookId],
    queryFn: async ({ signal }) => {
      const { node } = await keyward.request(WebhookDocument, { id: webhookId }, { signal })
      return node?.__typename === 'Webhook' ? node : null
    },
    refetchInterval: 5_000,
  })
  if (error) return <Failed error={error} retry={() => void refetch()} />
  if (data === undefined) return <Loading />
  if (!data) {
    return (
      <Empty icon="search" title="This webhook does not exist">
        It may belong to another organization, or you may not see it.
      </Empty>
    )
  }
  return <Shown webhook={data} />
}

function Shown({ webhook }: { webhook: Webhook }) {
  const organization = useOrganization()
  const navigate = useNavigate()
  const [dialog, setDialog] = useState<'change' | 'rotate' | 'remove' | null>(null)
  const params = { organizationId: organization.id }
  const test = useAction({
    run: (_: undefined) => keyward.webhooks.test({ id: webhook.id }),
    done: 'A test message is on its way.',
  })
  return (
    <Page
      title={webhook.url}
      lead={webhook.description}
      crumb={
        <Link to="/o/$organizationId/webhooks" params={params} className={layout.crumb ?? ''}>
          <Icon name="back" size={14} />
          Webhooks
        </Link>
      }
      badges={<WebhookState webhook={webhook} />}
      actions={
        <>
          {organization.canUpdateWebhooks && (
            <>
              <Button icon="send" busy={test.isPending} onClick={() => test.mutate(undefined)}>
                Send test
              </Button>
              <Button icon="pencil" onClick={() => setDialog('change')}>
                Change
              </Button>
              <Button icon="rotate" onClick={() => setDialog('rotate')}>
                Rotate secret
              </Button>
            </>
          )}
          {organization.canRemoveWebhooks && (
            <Button kind="danger" onClick={() => setDialog('remove')}>
              Remove
            </Button>
          )}
        </>
      }
    >
      <ErrorNote error={test.error} />
      {webhook.lastFailure && webhook.lastFailureAt && (
        <Note tone="warn">
          The last failure was <Ago time={webhook.lastFailureAt} />: {webhook.lastFailure}
        </Note>
      )}
      <Card title="Details">
        <Facts
          rows={[
            ['Events', webhook.events.length > 0 ? webhook.events.map(eventName).join(', ') : 'All'],
            ['Last success', <Ago key="success" time={webhook.lastSuccessAt} />],
          ]}
        />
      </Card>
      <Card title="Deliveries" flush>
        <Deliveries deliveries={webhook.deliveries.nodes} />
      </Card>
      <Suspense fallback={null}>
        {dialog === 'change' && (
          <WebhookDialog organizationId={organization.id} webhook={webhook} onClose={() => setDialog(null)} />
        )}
        {dialog === 'rotate' && <RotateSecretDialog id={webhook.id} onClose={() => setDialog(null)} />}
        {dialog === 'remove' && (
          <ConfirmDialog
            title="Remove webhook"
            action="Remove"
            run={() => keyward.webhooks.remove({ id: webhook.id })}
            done="The webhook is removed."
            onDone={() => void navigate({ to: '/o/$organizationId/webhooks', params })}
            onClose={() => setDialog(null)}
          >
            Messages that are not delivered yet are discarded.
          </ConfirmDialog>
        )}
      </Suspense>
    </Page>
  )
}

type Delivery = Webhook['deliveries']['nodes'][number]

function DeliveryState({ delivery }: { delivery: Delivery }) {
  if (delivery.deliveredAt) return <Badge tone="good">Delivered</Badge>
  if (delivery.givenUpAt) return <Badge tone="bad">Given up</Badge>
  return (
    <Badge tone={delivery.attempts > 0 ? 'warn' : undefined}>{delivery.attempts > 0 ? 'Retrying' : 'Waiting'}</Badge>
  )
}

function Deliveries({ deliveries }: { deliveries: readonly Delivery[] }) {
  if (deliveries.length === 0) {
    return (
      <Empty icon="send" title="No deliveries">
        Send a test message to try the endpoint.
      </Empty>
    )
  }
  return (
    <Table label="Deliveries">
      <thead>
        <tr>
          <th scope="col">Event</th>
          <th scope="col">State</th>
          <th scope="col" className={layout.wideOnly}>
            Answer
          </th>
          <th scope="col">Time</th>
        </tr>
      </thead>
      <tbody>
        {deliveries.map((delivery) => (
          <tr key={delivery.messageId}>
            <td>
              <div className={layout.main}>
                <span>{eventName(delivery.event)}</span>
                <span className={[layout.sub, layout.mono].join(' ')}>{delivery.messageId}</span>
              </div>
            </td>
            <td>
              <DeliveryState delivery={delivery} />
            </td>
            <td className={layout.wideOnly}>{delivery.lastError ?? delivery.lastStatus ?? ''}</td>
            <td className={layout.nowrap}>
              <Ago time={delivery.createdAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
