import { setMaxListeners } from 'node:events'
import { type Database, openDatabase } from '@keyward/prisma/database'
import { follows } from './fit.ts'
import type { ReplicaSettings } from './settings.ts'
import { IS_SAME_STANDBY, type Line, type Standing } from './sql.ts'

/**
 * The longest wait for a connection. After that, the statement runs on the primary, within the time limit of its
 * request.
 */
const CONNECTION_WAIT_MS = 2_000

/** The change of the outbox that a standby has replayed. */
export interface Reached {
  history: string
  position: bigint
  at: number
}

/**
 * One run of a standby, with connections only to this run. A server that was restarted, or another server at the same
 * address, may have replayed less. It is another run.
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
    // One listener for each running statement.
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

  /** Records what the server has replayed. */
  advance(standing: Standing): void {
    const { replayed, history, position, at } = standing
    this.#standing = standing
    this.#replayed = BigInt(replayed ?? 0)
    this.#reached = { history, position: BigInt(position), at }
  }

  /**
   * Whether the number of waiting statements equals the number of connections. Another statement would wait for two
   * others.
   */
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

  /** Aborts when the server must not be read any longer. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** Ends its connections. Statements that run there are cancelled at once, so that they can run elsewhere. */
  async close(): Promise<void> {
    this.#lost.abort(new Error('The replica is no longer read.'))
    await this.database.close()
  }
}
