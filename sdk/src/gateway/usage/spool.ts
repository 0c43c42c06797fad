import type { UsageEventInput } from '../../generated/types.ts'

/** A pending event. `takenAt` is the server time at which it was accepted. Omitted if the caller gave a time. */
export type PendingEvent = UsageEventInput & { readonly takenAt?: number | undefined }

/** Stores events outside the process until they are recorded, oldest first, so that they survive a crash. */
export interface Spool {
  /**
   * Opens the spool. Returns the events that the previous process did not record, oldest first. Lines that are not
   * events are skipped and reported.
   */
  open(onError: (error: unknown) => void): Promise<readonly PendingEvent[]>
  /** Stores an event. Resolves once the event would survive a crash of the process. Calls resolve in order. */
  append(event: PendingEvent): Promise<void>
  /** Removes the given number of oldest events, after the server has recorded or rejected them. */
  remove(count: number): Promise<void>
  /** Closes the spool. The next process gets the remaining events. */
  close(): Promise<void>
}
