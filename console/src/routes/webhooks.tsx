import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { keyward } from '../app/api.ts'
import { useOrganization } from '../app/session.ts'
import { type WebhookRowFragment, WebhooksDocument } from '../generated/graphql.ts'
import { Button } from '../ui/button.tsx'
import { Badge, Empty, Failed, Loading, NoAccess } from '../ui/feedback.tsx'
import { Card, layout, Page, Table } from '../ui/layout.tsx'
import { Ago } from '../ui/time.tsx'

const WebhookDialog = lazy(async () => ({ default: (await import('../webhooks/webhook-dialog.tsx')).WebhookDialog }))

export function WebhookState({ webhook }: { webhook: WebhookRowFragment }) {
  if (!webhook.enabled) return <Badge>Disabled</Badge>
  const { lastFailureAt, lastSuccessAt } = webhook
  if (lastFailureAt && (!lastSuccessAt || lastFailureAt > lastSuccessAt)) return <Badge tone="bad">Failing</Badge>
  return lastSuccessAt ? <Badge tone="good">Delivering</Badge> : <Badge>No deliveries</Badge>
}

/** The webhooks of an organization. */
export function WebhooksPage() {
  const organization = useOrganization()
  const [creating, setCreating] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: ['webhooks', organization.id],
    queryFn: async ({ signal }) =>
      (await keyward.request(WebhooksDocument, { id: organization.id }, { signal })).organization?.webhooks?.nodes ??
      [],
    enabled: organization.canListWebhooks,
  })
  const create = organization.canCreateWebhooks && (
    <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>
      Create webhook
    </Button>
  )
  return (
    <Page title="Webhooks" lead="Signed messages to your own systems, such as chat or a vault." actions={create}>
      {!organization.canListWebhooks ? (
        <NoAccess>The Owner and the ADMINs of the organization manage its webhooks.</NoAccess>
      ) : (
        <Card flush>
          {error ? (
            <Failed error={error} retry={() => void refetch()} />
          ) : data === undefined ? (
            <Loading />
          ) : data.length === 0 ? (
            <Empty icon="send" title="No webhooks" actions={create}>
              Create one to be notified of new, rotated, revoked and leaked keys, and of budgets that are nearly spent.
            </Empty>
          ) : (
            <Table label="Webhooks">
              <thead>
                <tr>
                  <th scope="col">URL</th>
                  <th scope="col">State</th>
                  <th scope="col" className={layout.wideOnly}>
                    Last delivery
                  </th>
                </tr>
              </thead>
              <tbody>
                {data.map((webhook) => (
                  <tr key={webhook.id}>
                    <td>
                      <div className={layout.main}>
                        <Link
                          to="/o/$organizationId/webhooks/$webhookId"
                          params={{ organizationId: organization.id, webhookId: webhook.id }}
                          className={layout.link ?? ''}
                        >
                          {webhook.url}
                        </Link>
                        {webhook.description && (
                          <span className={layout.sub} dir="auto">
                            {webhook.description}
                          </span>
                        )}
                      </div>
                    </td>
                    <td>
                      <WebhookState webhook={webhook} />
                    </td>
                    <td className={layout.wideOnly}>
                      <Ago time={webhook.lastSuccessAt} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </Table>
          )}
        </Card>
      )}
      {creating && (
        <Suspense fallback={null}>
          <WebhookDialog organizationId={organization.id} onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </Page>
  )
}
