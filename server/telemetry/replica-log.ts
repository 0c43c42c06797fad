import type { ReplicaState } from '@keyward/schema/replica/settings'
import type { Log } from './log.ts'

/** Why a read replica is not used, by its state. */
export const UNUSED: Readonly<Record<Exclude<ReplicaState, 'USED'>, string>> = {
  UNREACHABLE: 'it cannot be reached',
  NOT_STANDBY: 'it is not a standby',
  OTHER_DATABASE: 'it is a standby of another database than DATABASE_URL',
  OTHER_HISTORY: 'it lacks a failover or a restore of the primary',
  BEHIND: 'it is further behind than KEYWARD_REPLICA_MAX_LAG_SECONDS',
}

/** Logs whether the replica is used. Called once per change of the replica's state. */
export function logReplica(log: Log, state: ReplicaState, detail?: string): void {
  if (state === 'USED') log.info('read replica is used')
  else log.warn('read replica is not used', { state, reason: UNUSED[state], detail })
}
