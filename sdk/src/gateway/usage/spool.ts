import type { UsageEventInput } from '../../generated/types.ts'

/** Keeps events where a crash of the process does not reach them, until they are recorded: the oldest of them first. */
export interface Spool {
  /**
   * Opens the spool. Returns events that the last process did not record, oldest first. Lines that are not events are
   * skipped and reported.
   */
  open(onError: (error: unknown) => void): Promise<readonly UsageEventInput[]>
  /** Stores an event. Resolves in the order of calls, once the event survives a crash of the process. */
  append(event: UsageEventInput): Promise<void>
  /** Forgets so many of those that were answered or kept, the oldest of them. */
  remove(count: number): Promise<void>
  /** Closes the spool. The next process gets the remaining events. */
  close(): Promise<void>
}
