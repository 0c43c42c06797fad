import { useQuery } from '@tanstack/react-query'
import { Failed, Loading } from '../ui/feedback.tsx'
import { Card, layout } from '../ui/layout.tsx'
import { count, money } from '../ui/money.ts'
import { dayOf } from '../ui/time.tsx'
import classes from './keys.module.css'
import { keyUsageQuery } from './queries.ts'

const DAYS = 30
const GAP = 0.25

/** Cost and requests of the last 30 days. */
export function KeyUsage({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(keyUsageQuery(id, DAYS))
  return (
    <Card title="Usage" note={`Last ${DAYS} days`}>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading rows={3} />
      ) : !data || data.totalRequests === '0' ? (
        <p className={layout.soft}>No usage was recorded.</p>
      ) : (
        <>
          <dl className={classes.big}>
            <div>
              <dt>Cost</dt>
              <dd>{money(data.total)}</dd>
            </div>
            <div>
              <dt>Requests</dt>
              <dd>{count(data.totalRequests)}</dd>
            </div>
          </dl>
          <Bars buckets={data.buckets} />
        </>
      )}
    </Card>
  )
}

interface Bucket {
  start: string
  cost: string
  requests: string
}

function Bars({ buckets }: { buckets: readonly Bucket[] }) {
  const highest = Math.max(...buckets.map(({ cost }) => Number(cost)), 0)
  const label = `Cost by day. Highest: ${money(highest)}.`
  return (
    <svg
      className={classes.bars}
      viewBox={`0 0 ${Math.max(buckets.length, 1)} 40`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {buckets.map(({ start, cost, requests }, index) => {
        const height = highest > 0 ? Math.max((Number(cost) / highest) * 40, Number(cost) > 0 ? 0.6 : 0.3) : 0.3
        return (
          <rect
            key={start}
            x={index + GAP / 2}
            y={40 - height}
            width={1 - GAP}
            height={height}
            fill={Number(cost) > 0 ? 'var(--series-1)' : 'var(--line)'}
          >
            <title>{`${dayOf(start)}: ${money(cost)}, ${count(requests)} requests`}</title>
          </rect>
        )
      })}
    </svg>
  )
}
