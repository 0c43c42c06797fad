import { setMaxListeners } from 'node:events'
import { type Database, openDatabase } from '@keyward/prisma/database'
import { follows } from './fit.ts'
import type { ReplicaSettings } from './settings.ts'
import { IS_SAME_STANDBY, type Line, type Standing } from './sql.ts'

/** The longest wait for a connection. The statement then goes to the primary, within the time limit of its request. */
const CONNECTION_WAIT_MS = 2_000

/** The change of the outbox that a standby has reached. */
export interface Reached {
  history: string
  position: bigint
  at: number
}

/**
 * One run of a standby, with connections to nothing else. A server that was started again, or another one at the same address,
 * may have replayed less: it is another run.
 */
export class StandbyServer {
  readonly database: Database
  readonly started: string
  readonly #lost = new AbortController()
  #standing: Standing
  #replayed = 0n
  #reached: Reached = { history: '', position: 0n, at: 0 }

  private constructor(database: Database, standing: Standing) {
    this.database = database
    this.started = standing.started
    this.#standing = standing
    this.advance(standing)
    // One for each statement under way.
    setMaxListeners(0, this.lost)
  }

  static async open({ url, poolSize }: ReplicaSettings, standing: Standing): Promise<StandbyServer> {
    const database = await openDatabase(url, {
      poolSize,
      connectionWaitMs: CONNECTION_WAIT_MS,
      admit: async (connection) => {
        const { rows } = await connection.query<{ is_same: boolean }>(IS_SAME_STANDBY, [standing.started])
        if (!rows[0]?.is_same) throw new Error('The address leads to another server than before.')
      },
    })
    return new StandbyServer(database, standing)
  }

  /** Notes what the server has replayed. */
  advance(standing: Standing): void {
    const { replayed, history, position, at } = standing
    this.#standing = standing
    this.#replayed = BigInt(replayed ?? 0)
    this.#reached = { history, position: BigInt(position), at }
  }

  /** Whether as many statements wait for its connections as it has: another one would wait for two others. */
  get isBusy(): boolean {
    const { waiting, max } = this.database.connections()
    return waiting >= max
  }

  /** Everything committed before this position of the write-ahead log is visible to new statements. */
  get replayed(): bigint {
    return this.#replayed
  }

  get reached(): Reached {
    return this.#reached
  }

  /** Whether the server replays what a primary writes. */
  follows(primary: Line): boolean {
    return follows(this.#standing, primary)
  }

  /** Aborts when the server may no longer be read. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** Ends its connections. Statements that run there are given up at once, so that they run elsewhere. */
  async close(): Promise<void> {
    this.#lost.abort(new Error('The replica is no longer read.'))
    await this.database.close()
  }
}
