/** Values that describe a span. They never contain a secret, a person or a text that a client chose. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>

/** Work that is recorded as a span. */
export interface TracedWork {
  /** A name with few possible values. */
  name: string
  /** `client` sends a request to another server. */
  kind: 'internal' | 'client'
  /** Leaves the work's own trace and continues this one, given as a W3C `traceparent`. Null begins a trace. */
  parent?: string | null
  facts?: SpanFacts
}

/** The span of the running work. */
export interface RunningSpan {
  note(facts: SpanFacts): void
  /** Marks the work as failed, with a name or a code that has few possible values. */
  fail(type: string): void
}

/** Traces what this process does. Each span becomes a child of the active one. */
export interface Tracing {
  /**
   * Begins the span of an SQL statement. Null if nothing is recorded. Call the returned function when the statement has
   * ended.
   */
  startStatement(text: string): ((error?: unknown) => void) | null
  /** Runs work within a span. */
  run<T>(work: TracedWork, run: (span: RunningSpan) => Promise<T>): Promise<T>
  /** The W3C trace context of the active span, to be sent to another server. Null if there is none. */
  traceparent(): string | null
}

/** Runs work within a span if this process traces, and directly otherwise. */
export const traced = <T>(tracing: Tracing | null, work: TracedWork, run: () => Promise<T>): Promise<T> =>
  tracing === null ? run() : tracing.run(work, run)

/** Runs background work as a trace of its own. */
export const tracedJob = <T>(tracing: Tracing | null, name: string, run: () => Promise<T>): Promise<T> =>
  traced(tracing, { name: `job ${name}`, kind: 'internal', parent: null }, run)
