import type { Database } from '@keyward/prisma/database'
import { tracedJob } from '@keyward/prisma/tracing'
import type { Settings } from '../runtime.ts'
import { noticeDenials } from './denial-notices.ts'
import { noticeKeys } from './key-notices.ts'
import { mailNotices } from './mails.ts'

const EVERY_MS = 60_000

/** Raises the notices of keys every hour and those of denials every few minutes, and mails notices once a day where the instance sends mail. */
export class Notices {
  readonly #database: Database
  readonly #settings: Settings
  readonly #timer: NodeJS.Timeout
  #looking: Promise<void> | null = null
  #closed = false

  constructor(options: { database: Database; settings: Settings }, everyMs = EVERY_MS) {
    this.#database = options.database
    this.#settings = options.settings
    this.#timer = setInterval(() => this.#wake(), everyMs).unref()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    await this.#looking
  }

  #wake(): void {
    if (this.#closed) return
    this.#looking ??= tracedJob(this.#database.tracing, 'raiseNotices', () => this.#look())
      // The database is unreachable or the transaction kept conflicting. The next run tries again.
      .catch(() => {})
      .finally(() => {
        this.#looking = null
      })
  }

  async #look(): Promise<void> {
    const database = this.#database
    while (!this.#closed && (await noticeKeys(database)));
    if (!this.#closed) await noticeDenials(database)
    const { mailer } = this.#settings
    if (mailer) while (!this.#closed && (await mailNotices({ database, settings: this.#settings, mailer })));
  }
}
