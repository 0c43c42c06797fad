import type { UsageEventInput } from '../../generated/types.ts'

/** Keeps events where a crash of the process does not reach them, until they are recorded: the oldest of them first. */
export interface Spool {
  /**
   * Takes hold of it; answers what was kept and not recorded when the last process ended, the oldest first. What is kept and
   * can be no event is passed over, and told of.
   */
  open(onError: (error: unknown) => void): Promise<readonly UsageEventInput[]>
  /** Keeps one more; resolves in the order of the calls, once a crash of the process does not reach it any more. */
  append(event: UsageEventInput): Promise<void>
  /** Forgets so many of those that were answered or kept, the oldest of them. */
  remove(count: number): Promise<void>
  /** Lets go of it. What was not removed is there for the next process. */
  close(): Promise<void>
}
