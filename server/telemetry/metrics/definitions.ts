/** A metric: its kind, labels and meaning. docs/operations/metrics.md has a row for each, which a test checks. */
interface Definition {
  kind: 'counter' | 'gauge' | 'histogram'
  help: string
  labels: readonly string[]
}

/** All Keyward metrics. Labels have few values: never a key, a person or text chosen by a client. */
export const METRICS = {
  keyward_build_info: {
    kind: 'gauge',
    help: 'Always 1. Its labels name the version, the Node.js version and the kind of database.',
    labels: ['version', 'node', 'database'],
  },
  keyward_http_requests_total: {
    kind: 'counter',
    help: 'HTTP requests answered.',
    labels: ['handler', 'status'],
  },
  keyward_http_request_duration_seconds: {
    kind: 'histogram',
    help: 'Time from the arrival of an HTTP request to its answer. A subscription is measured until its stream begins.',
    labels: ['handler'],
  },
  keyward_graphql_requests_total: {
    kind: 'counter',
    help: 'GraphQL requests by root field and by the first error code, or OK. The label `field` is `several` for requests with more than one root field.',
    labels: ['field', 'code'],
  },
  keyward_decisions_total: {
    kind: 'counter',
    help: 'Decisions about keys on this server, by outcome: ALLOWED or the reason of the denial.',
    labels: ['outcome'],
  },
  keyward_decisions_during_outage_total: {
    kind: 'counter',
    help: 'Decisions made from memory while the database was unavailable.',
    labels: [],
  },
  keyward_cache_lookups_total: {
    kind: 'counter',
    help: 'Database look-ups of rows that were not in a cache.',
    labels: ['cache'],
  },
  keyward_workers: {
    kind: 'gauge',
    help: 'Worker processes that answered this scrape. 1 without KEYWARD_WORKERS.',
    labels: [],
  },
  keyward_worker_restarts_total: {
    kind: 'counter',
    help: 'Worker processes that ended and were started again.',
    labels: [],
  },
  keyward_database_up: {
    kind: 'gauge',
    help: '1 if the database answered this scrape within 2 seconds, otherwise 0.',
    labels: [],
  },
  keyward_database_full: {
    kind: 'gauge',
    help: '1 if a write failed within 30 seconds because the database has no space.',
    labels: [],
  },
  keyward_database_connections: {
    kind: 'gauge',
    help: 'Connections of the pool, by state: busy or idle.',
    labels: ['state'],
  },
  keyward_database_connections_max: {
    kind: 'gauge',
    help: 'Maximum number of connections of the pool.',
    labels: [],
  },
  keyward_database_waiting: {
    kind: 'gauge',
    help: 'Statements and transactions that wait for a connection.',
    labels: [],
  },
  keyward_read_replica_used: {
    kind: 'gauge',
    help: '1 if lists, analytics and the audit log are read from the read replica, otherwise 0. Absent without KEYWARD_REPLICA_URL.',
    labels: [],
  },
  keyward_read_replica_lag_seconds: {
    kind: 'gauge',
    help: 'Age of the data on the read replica. Absent while unknown.',
    labels: [],
  },
  keyward_read_replica_requests_total: {
    kind: 'counter',
    help: 'Requests that the read replica may serve. The label `read` is `replica`, or the reason for reading from the primary.',
    labels: ['read'],
  },
  keyward_changes_staleness_seconds: {
    kind: 'gauge',
    help: 'Time since this server last read the change outbox completely.',
    labels: [],
  },
  keyward_changes_behind: {
    kind: 'gauge',
    help: 'Committed change events that this server has not read yet.',
    labels: [],
  },
  keyward_streams: {
    kind: 'gauge',
    help: 'Open subscriptions of this server, by the kind of caller: gateway or other.',
    labels: ['caller'],
  },
  keyward_gateway_connections: {
    kind: 'gauge',
    help: 'Connections of gateways to the instance that may still decide from their caches.',
    labels: [],
  },
  keyward_gateway_staleness_seconds: {
    kind: 'gauge',
    help: 'Time since the gateway connection that is silent longest last responded. 0 without connections.',
    labels: [],
  },
  keyward_gateway_changes_behind: {
    kind: 'gauge',
    help: 'Change events that the slowest gateway connection has not acknowledged. 0 without connections.',
    labels: [],
  },
  keyward_gateway_delay_seconds: {
    kind: 'gauge',
    help: 'Age of the oldest change event that the slowest gateway connection has not acknowledged. 0 if there is none.',
    labels: [],
  },
  keyward_webhook_deliveries_pending: {
    kind: 'gauge',
    help: 'Webhook messages that still have to be delivered.',
    labels: [],
  },
  keyward_webhook_delivery_delay_seconds: {
    kind: 'gauge',
    help: 'How long the most overdue webhook message is overdue. 0 if none is.',
    labels: [],
  },
  keyward_webhook_targets_failing: {
    kind: 'gauge',
    help: 'Enabled webhooks whose last attempt failed, and that have a message of three or more failed attempts to retry.',
    labels: [],
  },
  keyward_audit_sink_events_pending: {
    kind: 'gauge',
    help: 'Audit events that the receiver of the stream has not confirmed. Absent without KEYWARD_AUDIT_SINK.',
    labels: [],
  },
  keyward_audit_sink_delay_seconds: {
    kind: 'gauge',
    help: 'Age of the oldest audit event that the receiver has not confirmed. 0 if there is none.',
    labels: [],
  },
  keyward_audit_sink_failures: {
    kind: 'gauge',
    help: 'Failed attempts to stream audit events since the last successful one.',
    labels: [],
  },
  keyward_limit_leases: {
    kind: 'gauge',
    help: 'Leases of budgets that are not reconciled.',
    labels: [],
  },
} as const satisfies Record<string, Definition>

export type MetricName = keyof typeof METRICS

/**
 * How to combine the metrics of several workers, by metric name. The first matching row applies. All other metrics are
 * added up, except Node.js metrics for which prom-client has a rule.
 */
export const ACROSS_WORKERS: readonly { names: RegExp; rule: 'first' | 'max' | 'min' }[] = [
  { names: /^keyward_build_info$/, rule: 'first' },
  { names: /^keyward_(?:database_up|read_replica_used)$/, rule: 'min' },
  { names: /^keyward_read_replica_lag_seconds$/, rule: 'max' },
  { names: /^keyward_(?:changes_|database_full$)/, rule: 'max' },
  // Read from the database, so every worker has the same value.
  { names: /^keyward_(?:gateway|webhook|limit|audit_sink)_/, rule: 'max' },
  // An average would hide a worker whose event loop is blocked.
  { names: /^nodejs_eventloop_lag_(?!min)/, rule: 'max' },
  { names: /^process_start_time_seconds$/, rule: 'min' },
]
