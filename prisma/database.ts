import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { connect } from './connect.ts'
import { openEmbedded } from './embedded.ts'
import type { Database, DatabaseOptions } from './interface.ts'

export type { Clock } from './clock.ts'
export type { Database, DatabaseOptions } from './interface.ts'
export type { Transaction, TransactionOptions } from './transactions.ts'

/**
 * Makes a single statement commit without waiting for the disk. Use it in the statement's FROM. Only a crash of
 * PostgreSQL can lose such a write, and only a write of the last fraction of a second.
 */
export const NOT_AWAITED = "set_config('synchronous_commit', 'off', true)"

/**
 * Opens `postgresql://…`, `embedded:/absolute/directory`, or `embedded-memory:`, which is deleted when it is closed.
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  if (/^postgres(ql)?:\/\//.test(url)) {
    const at = { kind: 'postgresql', url, place: '', isJoined: false } as const
    return connect(at, { connectionString: url }, options, async () => undefined)
  }
  let directory = /^embedded:(.+)$/s.exec(url)?.[1]
  let cleanUp = async () => {}
  if (url === 'embedded-memory:') {
    const temporary = await mkdtemp(join(tmpdir(), 'keyward-memory-'))
    const removeNow = () => rmSync(temporary, { recursive: true, force: true })
    process.once('exit', removeNow)
    cleanUp = async () => {
      process.off('exit', removeNow)
      await rm(temporary, { recursive: true, force: true })
    }
    directory = temporary
  }
  if (directory === undefined || !isAbsolute(directory)) {
    throw new TypeError('The database URL must be postgresql://…, embedded:/absolute/directory or embedded-memory:')
  }
  try {
    const server = await openEmbedded(directory, options.sharing)
    const config = { host: server.socketDirectory, port: 5432, user: 'postgres', database: 'postgres' }
    const at = { kind: 'embedded', url, place: server.place, isJoined: server.isJoined } as const
    return await connect(at, config, options, async () => {
      await server.close()
      await cleanUp()
    })
  } catch (error) {
    await cleanUp()
    throw error
  }
}
