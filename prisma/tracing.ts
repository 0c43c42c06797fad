/** Values that describe a span. Never a secret, a person or a text that a client chose. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>

/** Work that becomes a span. */
export interface TracedWork {
  /** A name of low cardinality. */
  name: string
  /** `client` sends a request to another server. */
  kind: 'internal' | 'client'
  /** Ends the work's own trace and continues this one: a `traceparent` of the W3C. Null begins a trace. */
  parent?: string | null
  facts?: SpanFacts
}

/** The span of work that runs. */
export interface RunningSpan {
  note(facts: SpanFacts): void
  /** Marks the work as failed, with a name or a code of low cardinality. */
  fail(type: string): void
}

/** Traces what this process does. Each span becomes a child of the active one. */
export interface Tracing {
  /** Begins the span of an SQL statement. Null where nothing is recorded. Call the function when the statement has ended. */
  startStatement(text: string): ((error?: unknown) => void) | null
  /** Runs work as a span. */
  run<T>(work: TracedWork, run: (span: RunningSpan) => Promise<T>): Promise<T>
  /** The W3C trace context of the active span, to send to another server; null if there is none. */
  traceparent(): string | null
}

/** Runs work as a span if this process traces, and plainly otherwise. */
export const traced = <T>(tracing: Tracing | null, work: TracedWork, run: () => Promise<T>): Promise<T> =>
  tracing === null ? run() : tracing.run(work, run)

/** Runs background work as a trace of its own. */
export const tracedJob = <T>(tracing: Tracing | null, name: string, run: () => Promise<T>): Promise<T> =>
  traced(tracing, { name: `job ${name}`, kind: 'internal', parent: null }, run)
