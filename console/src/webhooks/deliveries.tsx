import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { keyward } from '../app/api.ts'
import { DELIVERY_STATES, only } from '../app/search.ts'
import {
  type DeliveryRowFragment,
  WebhookDeliveriesDocument,
  type WebhookDeliveryStatus,
} from '../generated/graphql.ts'
import { pageOf } from '../keys/queries.ts'
import { Button } from '../ui/button.tsx'
import { Empty, Failed, Loading } from '../ui/feedback.tsx'
import fieldClasses from '../ui/field.module.css'
import { Card, layout, Table } from '../ui/layout.tsx'
import { Pager } from '../ui/pager.tsx'
import { Ago } from '../ui/time.tsx'
import { DeliveryState } from './delivery-state.tsx'
import { eventName, STATES } from './words.ts'

const DeliveryDialog = lazy(async () => ({ default: (await import('./delivery-dialog.tsx')).DeliveryDialog }))
const ResendFailedDialog = lazy(async () => ({
  default: (await import('./resend-failed-dialog.tsx')).ResendFailedDialog,
}))

const REFRESH_MS = 5_000

interface Search {
  status?: WebhookDeliveryStatus
  after?: string
  before?: string
}

/** The messages to a webhook, newest first. Each can be opened and sent again. */
export function Deliveries({ webhook: { id }, canResend }: { webhook: { id: string }; canResend: boolean }) {
  const search: Search = useSearch({ strict: false })
  const navigate = useNavigate()
  const [shown, setShown] = useState<string | null>(null)
  const [resending, setResending] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: ['webhook', id, 'deliveries', search],
    queryFn: async ({ signal }) => {
      const variables = { id, ...pageOf(search), ...only({ status: search.status }) }
      const { node } = await keyward.request(WebhookDeliveriesDocument, variables, { signal })
      return node?.__typename === 'Webhook' ? node.deliveries : null
    },
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  })
  const change = (next: Search) => void navigate({ to: '.', search: next as never, resetScroll: false })
  return (
    <>
      <Card
        title="Deliveries"
        flush
        action={
          <search className={layout.toolbar}>
            <label className={layout.inline}>
              <span className={layout.soft}>State</span>
              <select
                className={fieldClasses.input}
                value={search.status ?? ''}
                onChange={(event) => {
                  const status = DELIVERY_STATES.find((one) => one === event.currentTarget.value)
                  change(status ? { status } : {})
                }}
              >
                <option value="">All</option>
                {DELIVERY_STATES.map((status) => (
                  <option key={status} value={status}>
                    {STATES[status]}
                  </option>
                ))}
              </select>
            </label>
            {canResend && (
              <Button icon="send" onClick={() => setResending(true)}>
                Send failed again
              </Button>
            )}
          </search>
        }
      >
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : data === undefined ? (
          <Loading />
        ) : !data || data.nodes.length === 0 ? (
          <Empty icon="send" title="No deliveries">
            {search.status ? 'No message is in this state.' : 'Send a test message to try the endpoint.'}
          </Empty>
        ) : (
          <>
            <Rows rows={data.nodes} show={setShown} />
            <Pager
              pageInfo={data.pageInfo}
              total={data.totalCount}
              capped={data.totalCountCapped}
              noun="message"
              go={(place) => change({ ...only({ status: search.status }), ...place })}
            />
          </>
        )}
      </Card>
      <Suspense fallback={null}>
        {shown && <DeliveryDialog id={shown} canResend={canResend} onClose={() => setShown(null)} />}
        {resending && <ResendFailedDialog webhookId={id} onClose={() => setResending(false)} />}
      </Suspense>
    </>
  )
}

function Rows({ rows, show }: { rows: readonly DeliveryRowFragment[]; show: (id: string) => void }) {
  return (
    <Table label="Deliveries">
      <thead>
        <tr>
          <th scope="col">Event</th>
          <th scope="col">State</th>
          <th scope="col" className={layout.wideOnly}>
            Answer
          </th>
          <th scope="col" className={layout.wideOnly}>
            Time
          </th>
          <td />
        </tr>
      </thead>
      <tbody>
        {rows.map((delivery) => (
          <tr key={delivery.id}>
            <td>
              <div className={layout.main}>
                <span>{eventName(delivery.event)}</span>
                <span className={[layout.sub, layout.mono].join(' ')}>{delivery.id}</span>
              </div>
            </td>
            <td>
              <DeliveryState delivery={delivery} />
            </td>
            <td className={layout.wideOnly}>{delivery.lastError ?? delivery.lastStatus ?? ''}</td>
            <td className={[layout.nowrap, layout.wideOnly].join(' ')}>
              <Ago time={delivery.createdAt} />
            </td>
            <td>
              <Button onClick={() => show(delivery.id)} aria-label={`Details of ${delivery.id}`}>
                Details
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
