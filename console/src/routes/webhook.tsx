import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { useOrganization } from '../app/session.ts'
import { WebhookDocument, type WebhookQuery } from '../generated/graphql.ts'
import { Button } from '../ui/button.tsx'
import { Empty, ErrorNote, Failed, Loading, Note } from '../ui/feedback.tsx'
import { Icon } from '../ui/icon.tsx'
import { Card, Facts, layout, Page } from '../ui/layout.tsx'
import { Ago } from '../ui/time.tsx'
import { Deliveries } from '../webhooks/deliveries.tsx'
import { eventName } from '../webhooks/words.ts'
import { WebhookState } from './webhooks.tsx'

const WebhookDialog = lazy(async () => ({ default: (await import('../webhooks/webhook-dialog.tsx')).WebhookDialog }))
const RotateSecretDialog = lazy(async () => ({
  default: (await import('../webhooks/rotate-secret-dialog.tsx')).RotateSecretDialog,
}))
const ConfirmDialog = lazy(async () => ({ default: (await import('../app/confirm-dialog.tsx')).ConfirmDialog }))

type Webhook = Extract<NonNullable<WebhookQuery['node']>, { __typename: 'Webhook' }>

/** A webhook with its deliveries. */
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
      <Deliveries webhook={webhook} canResend={organization.canUpdateWebhooks && webhook.enabled} />
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
            done="Webhook removed."
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
