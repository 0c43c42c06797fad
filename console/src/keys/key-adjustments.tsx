import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { keyward } from '../app/api.ts'
import { KeyAdjustmentsDocument } from '../generated/graphql.ts'
import { Button } from '../ui/button.tsx'
import { Failed, Loading } from '../ui/feedback.tsx'
import { Card, layout, Table } from '../ui/layout.tsx'
import { money } from '../ui/money.ts'
import { Ago } from '../ui/time.tsx'
import { workloadName } from './words.ts'

const AdjustDialog = lazy(async () => ({ default: (await import('./dialogs/adjust-dialog.tsx')).AdjustDialog }))

/** The latest adjustments of a key's costs. */
export function KeyAdjustments({ id, name, canAdjust }: { id: string; name: string; canAdjust: boolean }) {
  const [isOpen, setOpen] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: ['key-adjustments', id],
    queryFn: async ({ signal }) => {
      const { node } = await keyward.request(KeyAdjustmentsDocument, { id }, { signal })
      return node?.__typename === 'ApiKey' ? (node.usageAdjustments?.nodes ?? []) : []
    },
  })
  if (data?.length === 0 && !canAdjust) return null
  return (
    <Card
      title="Adjustments"
      note="Credits and charges by administrators."
      flush
      action={canAdjust && <Button onClick={() => setOpen(true)}>Adjust costs</Button>}
    >
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading rows={2} />
      ) : (
        data.length > 0 && (
          <Table label="Adjustments">
            <thead>
              <tr>
                <th scope="col">Adjustment</th>
                <th scope="col" className={layout.end}>
                  Amount
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map(
                ({ id: adjustmentId, reason, amount, workload, model, hour, eventId, createdAt, createdByName }) => (
                  <tr key={adjustmentId}>
                    <td>
                      <div className={layout.main}>
                        <span dir="auto">{reason}</span>
                        <span className={layout.sub}>
                          <span>
                            {workloadName(workload)}
                            {model && `, ${model.slug}`}, used <Ago time={hour} />
                          </span>
                        </span>
                        {eventId && (
                          <span className={layout.sub}>
                            Event <code>{eventId}</code>
                          </span>
                        )}
                        <span className={layout.sub}>
                          <span>
                            <bdi>{createdByName}</bdi>, <Ago time={createdAt} />
                          </span>
                        </span>
                      </div>
                    </td>
                    <td className={layout.end}>{money(amount)}</td>
                  </tr>
                ),
              )}
            </tbody>
          </Table>
        )
      )}
      <Suspense fallback={null}>
        {isOpen && <AdjustDialog id={id} name={name} onClose={() => setOpen(false)} />}
      </Suspense>
    </Card>
  )
}
