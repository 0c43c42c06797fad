import { useQuery } from '@tanstack/react-query'
import { Failed, Loading } from '../ui/feedback.tsx'
import { Card, layout } from '../ui/layout.tsx'
import { count } from '../ui/money.ts'
import { dayOf } from '../ui/time.tsx'
import classes from './keys.module.css'
import { keyDenialsQuery } from './queries.ts'
import { DENIALS } from './words.ts'

const DAYS = 30

interface Bucket {
  start: string
  groups: readonly { reason: string | null; denials: string }[]
}

/** The reasons for denials in the last days, the most frequent first, each with the last day on which it occurred. */
function byReason(buckets: readonly Bucket[]) {
  const sums = new Map<string, { denials: number; last: string }>()
  for (const { start, groups } of buckets)
    for (const { reason, denials } of groups) {
      if (reason === null) continue
      sums.set(reason, { denials: (sums.get(reason)?.denials ?? 0) + Number(denials), last: start })
    }
  return [...sums].sort(([, a], [, b]) => b.denials - a.denials)
}

/** The number of denied requests for each reason. */
export const DeniedReasons = ({ buckets }: { buckets: readonly Bucket[] }) => (
  <dl className={classes.big}>
    {byReason(buckets).map(([reason, { denials, last }]) => (
      <div key={reason}>
        <dt>{DENIALS.get(reason) ?? reason}</dt>
        <dd title={`Last on ${dayOf(last)}`}>{count(String(denials))}</dd>
      </div>
    ))}
  </dl>
)

/** Denied requests of the last 30 days, by reason. */
export function KeyDenials({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(keyDenialsQuery(id, DAYS))
  return (
    <Card title="Denied requests" note={`Last ${DAYS} days`}>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading rows={2} />
      ) : !data || data.total === '0' ? (
        <p className={layout.soft}>No request was denied.</p>
      ) : (
        <DeniedReasons buckets={data.buckets} />
      )}
    </Card>
  )
}
