import { type Database, openDatabase } from '@keyward/prisma/database'
import { innermostReason } from '@keyward/prisma/errors'
import type { ReplicaState } from './settings.ts'
import { type Line, readSample, readStandby, type Sample, type Standing } from './sql.ts'

/** The longest wait for a response of the server, in milliseconds. */
export const ANSWER_MS = 1_000

/** Opens a connection that is used only to read a server's position. */
export const openProbe = (url: string, answerMs = ANSWER_MS): Promise<Database> =>
  openDatabase(url, { poolSize: 1, statementDeadlineMs: answerMs, connectionWaitMs: answerMs })

/** Whether a server replays what a primary writes. Positions of different timelines or histories cannot be compared. */
export const follows = ({ timelines, history }: Standing, primary: Line): boolean =>
  primary.timeline !== null && timelines.includes(primary.timeline) && history === primary.history

/** The reason why a server cannot be read instead of a primary, regardless of its lag. Null if it can be read. */
export function unfitness(standing: Standing, primary: Sample): ReplicaState | null {
  if (!standing.is_standby) return 'NOT_STANDBY'
  if (standing.system !== primary.system) return 'OTHER_DATABASE'
  return follows(standing, primary) ? null : 'OTHER_HISTORY'
}

/** The reason why the server could not be reached. */
export function whyUnreachable(error: unknown): string {
  const { code, reason } = innermostReason(error)
  return code === undefined ? reason : `${reason} (${code})`
}

/** Compares a server with the primary once. */
export async function findFit(primary: Database, url: string): Promise<{ state: ReplicaState; detail?: string }> {
  try {
    const sample = await readSample(primary)
    const probe = await openProbe(url, ANSWER_MS * 5)
    try {
      return { state: unfitness(await readStandby(probe), sample) ?? 'USED' }
    } finally {
      await probe.close()
    }
  } catch (error) {
    return { state: 'UNREACHABLE', detail: whyUnreachable(error) }
  }
}
