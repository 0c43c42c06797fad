import type { UsageEventInput } from '../../generated/types.ts'

/** A pending event. `takenAt` is the server's time at which it was taken on, unless the caller gave a time. */
export type PendingEvent = UsageEventInput & { readonly takenAt?: number | undefined }

/** Keeps events where a crash of the process does not reach them, until they are recorded: the oldest of them first. */
export interface Spool {
  /**
   * Opens the spool. Returns events that the last process did not record, oldest first. Lines that are not events are
   * skipped and reported.
   */
  open(onError: (error: unknown) => void): Promise<readonly PendingEvent[]>
  /** Stores an event. Resolves in the order of calls, once the event survives a crash of the process. */
  append(event: PendingEvent): Promise<void>
  /** Forgets so many of those that were answered or kept, the oldest of them. */
  remove(count: number): Promise<void>
  /** Closes the spool. The next process gets the remaining events. */
  close(): Promise<void>
}
