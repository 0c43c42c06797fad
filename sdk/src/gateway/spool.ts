import type { UsageEventInput } from '../generated/types.ts'
import { isRecord, parseJson } from '../json.ts'

/** Events that are kept together, until all of them are recorded. */
export interface SpoolSegment {
  /** What is in it since before this process: one event a line, as JSON, without those that a crash cut off. */
  readonly lines: readonly string[]
  /** Keeps one more line; resolves once a crash of the process does not reach it any more. */
  append(line: string): Promise<void>
  /** Forgets all of it. */
  remove(): Promise<void>
}

/** Keeps events where a crash of the process does not reach them, until they are recorded. */
export interface Spool {
  /** Takes hold of it; answers what was kept and not recorded when the last process ended. */
  open(): Promise<readonly SpoolSegment[]>
  /** Begins a new segment: nothing more is appended to the last one. */
  begin(): SpoolSegment
  /** Lets go of it. What was not removed is there for the next process. */
  close(): Promise<void>
}

/** An event of a line; null for what is none. */
export function readLine(line: string): UsageEventInput | null {
  const event = parseJson(line)
  // It was written by the reporter, and the server checks all of it.
  return isRecord(event) ? (event as unknown as UsageEventInput) : null
}
