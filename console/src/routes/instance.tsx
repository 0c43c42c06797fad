import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { countsBy, type InstanceHealth, labelOf, quantileOf, sumOf } from '../instance/figures.ts'
import { instanceHealthQuery } from '../instance/queries.ts'
import { Badge, Empty, Failed, Loading, NoAccess } from '../ui/feedback.tsx'
import { Card, Facts, Page, Table } from '../ui/layout.tsx'
import { Ago } from '../ui/time.tsx'

const REFRESH_MS = 5_000

const HTTP = 'keyward_http_request_duration_seconds'

const count = (value: number | null): string => (value === null ? 'unknown' : value.toLocaleString('en'))

const seconds = (value: number | null): string => {
  if (value === null) return 'unknown'
  return value < 1 ? `${Math.round(value * 1_000)} ms` : `${value.toLocaleString('en', { maximumFractionDigits: 1 })} s`
}

/** A duration of a histogram, given as the upper bound of its bucket. */
const atMost = (value: number | null): string => {
  if (value === null) return '–'
  if (value === Number.POSITIVE_INFINITY) return '> 10 s'
  return value < 1 ? `≤ ${value * 1_000} ms` : `≤ ${value} s`
}

const marked = (text: string, isBad: boolean): ReactNode => (isBad ? <Badge tone="bad">{text}</Badge> : text)

const answers = (isUp: boolean): ReactNode =>
  isUp ? <Badge tone="good">Answers</Badge> : <Badge tone="bad">Does not answer</Badge>

const since = (start: number | null): ReactNode =>
  start === null ? 'unknown' : <Ago time={new Date(start * 1_000).toISOString()} />

/** A row of a metric that is marked above a bound. The bound is that of its alert in deploy/prometheus/alerts.yaml. */
const bounded = (term: string, value: number | null, write: (value: number | null) => string, most: number) =>
  [term, marked(write(value), value !== null && value > most)] as const

function rowsOfInstance(health: InstanceHealth) {
  const read = (name: string) => sumOf(health, `keyward_${name}`)
  const isUp = read('database_up') === 1
  const isFull = read('database_full') === 1
  return [
    ['Database', answers(isUp)],
    ['Space for writes', marked(isFull ? 'None' : 'enough', isFull)],
    ['Gateway connections', count(read('gateway_connections'))],
    bounded('Quietest gateway, since', read('gateway_staleness_seconds'), seconds, 30),
    // On a busy instance, a few new changes are always left: only old ones are marked.
    ['Changes that a gateway has not applied', count(read('gateway_changes_behind'))],
    bounded('Oldest change not applied, since', read('gateway_delay_seconds'), seconds, 30),
    ['Webhook messages to send', count(read('webhook_deliveries_pending'))],
    bounded('Webhook messages late by', read('webhook_delivery_delay_seconds'), seconds, 300),
    bounded('Webhook targets that fail', read('webhook_targets_failing'), count, 0),
    ...(read('audit_sink_failures') === null
      ? [['Audit stream', 'not configured'] as const]
      : [
          ['Audit events to stream', count(read('audit_sink_events_pending'))] as const,
          bounded('Audit stream late by', read('audit_sink_delay_seconds'), seconds, 300),
          bounded('Failed attempts of the audit stream', read('audit_sink_failures'), count, 0),
        ]),
    ['Open leases of budgets', count(read('limit_leases'))],
  ] as const
}

function rowsOfReplica(health: InstanceHealth) {
  const read = (name: string, labels?: Record<string, string>) => sumOf(health, `keyward_${name}`, labels)
  const { host, process, worker } = health.replica
  const started = sumOf(health, 'process_start_time_seconds')
  const most = read('database_connections_max')
  const isReplicaUsed = read('read_replica_used')
  const memory = sumOf(health, 'process_resident_memory_bytes')
  return [
    ['Process', `${process} on ${host}${worker === null ? '' : `, worker ${worker}`}`],
    ['Version', labelOf(health, 'keyward_build_info', 'version')],
    ['Node.js', labelOf(health, 'keyward_build_info', 'node')],
    ['Started', since(started)],
    ['Database connections', `${count(read('database_connections', { state: 'busy' }))} busy of ${count(most)}`],
    bounded('Waiting for a connection', read('database_waiting'), count, 0),
    isReplicaUsed === null
      ? (['Read replica', 'not configured'] as const)
      : (['Read replica', marked(isReplicaUsed === 1 ? 'used' : 'not used', isReplicaUsed !== 1)] as const),
    bounded('Changes read', read('changes_staleness_seconds'), (value) => `${seconds(value)} ago`, 15),
    ['Changes not read yet', count(read('changes_behind'))],
    ['Subscriptions', count(read('streams'))],
    bounded('Event loop lag, p99', sumOf(health, 'nodejs_eventloop_lag_p99_seconds'), seconds, 0.2),
    ['Memory', memory === null ? 'unknown' : `${Math.round(memory / 1_048_576)} MB`],
  ] as const
}

function Counts({ title, of, rows }: { title: string; of: string; rows: [string, number][] }) {
  return (
    <Card title={title} flush>
      {rows.length === 0 ? (
        <Empty icon="search" title="None yet">
          Nothing has been counted since this process started.
        </Empty>
      ) : (
        <Table label={title}>
          <thead>
            <tr>
              <th scope="col">{`${of.charAt(0).toUpperCase()}${of.slice(1)}`}</th>
              <th scope="col">Count</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, value]) => (
              <tr key={name}>
                <td>{name}</td>
                <td>{count(value)}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  )
}

function Latencies({ health }: { health: InstanceHealth }) {
  const handlers = countsBy(health, `${HTTP}_count`, 'handler')
  return (
    <Card title="Requests" flush>
      <Table label="Requests">
        <thead>
          <tr>
            <th scope="col">Handler</th>
            <th scope="col">Count</th>
            <th scope="col">p50</th>
            <th scope="col">p99</th>
          </tr>
        </thead>
        <tbody>
          {handlers.map(([handler, value]) => (
            <tr key={handler}>
              <td>{handler}</td>
              <td>{count(value)}</td>
              <td>{atMost(quantileOf(health, HTTP, { handler }, 0.5))}</td>
              <td>{atMost(quantileOf(health, HTTP, { handler }, 0.99))}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Card>
  )
}

function Figures({ health }: { health: InstanceHealth }) {
  const errors = countsBy(health, 'keyward_graphql_requests_total', 'code').filter(([code]) => code !== 'OK')
  return (
    <>
      <Card title="Instance" note="Read from the database: the same on every replica.">
        <Facts rows={rowsOfInstance(health)} />
      </Card>
      <Card
        title="This process"
        note="Figures of the process that answered. Other replicas and workers have their own figures."
      >
        <Facts rows={rowsOfReplica(health)} />
      </Card>
      <Latencies health={health} />
      <Counts title="Errors by code" of="code" rows={errors} />
      <Counts title="Decisions by outcome" of="outcome" rows={countsBy(health, 'keyward_decisions_total', 'outcome')} />
    </>
  )
}

/** The metrics of the instance that matter most to an operator. */
export function InstancePage() {
  const { data, error, refetch } = useQuery({ ...instanceHealthQuery, refetchInterval: REFRESH_MS })
  return (
    <Page
      title="Instance health"
      lead={data ? 'Counts are of this process since its start. They are read again every 5 seconds.' : undefined}
    >
      {error && <Failed error={error} retry={() => void refetch()} />}
      {data ? (
        <Figures health={data} />
      ) : data === null ? (
        <NoAccess>Only operators of the instance may read this page. The configuration names them.</NoAccess>
      ) : (
        !error && <Loading />
      )}
    </Page>
  )
}
