/**
 * The use of a replica. UNREACHABLE: it does not respond. NOT_STANDBY: it was promoted, or never was one.
 * OTHER_DATABASE: it is a standby of another database. OTHER_HISTORY: it lacks a failover or a restore. BEHIND: its
 * state is too old.
 */
export const REPLICA_STATES = [
  'USED',
  'UNREACHABLE',
  'NOT_STANDBY',
  'OTHER_DATABASE',
  'OTHER_HISTORY',
  'BEHIND',
] as const
export type ReplicaState = (typeof REPLICA_STATES)[number]

/** A streaming replica that requests may read from. */
export interface ReplicaSettings {
  url: string
  /** Maximum number of connections for requests. */
  poolSize: number
  /** Maximum age of its state. */
  maxLagSeconds: number
  /** Called at each change of the state. Gets the reason if the replica cannot be reached. */
  onState(state: ReplicaState, reason?: string): void
}
