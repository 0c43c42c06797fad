import { withTimeout } from '@keyward/schema/core/timeout'
import { makeDemo, tellDemo } from '../../demo/demo.ts'
import { describeDemo, hasDemo, isUnused } from '../../demo/made.ts'
import { markUnfinished } from '../../demo/unfinished.ts'
import { type Started, start } from '../../start.ts'
import { sayRead, tellPages, tellServing } from '../../welcome.ts'
import { say } from '../output.ts'
import { onSignal } from '../signals.ts'

/**
 * Maximum time to wait for an interrupted start, in milliseconds. If the process then exits, the database is still
 * usable.
 */
const INTERRUPTED_START_MS = 5_000

/**
 * Creates the demo organization in an unused embedded database, and prints how to sign in. The server already serves
 * requests meanwhile.
 */
async function demoLines({ app: { runtime, log }, config }: Started): Promise<string[]> {
  try {
    if (await hasDemo(runtime)) return describeDemo()
    if (runtime.database.kind !== 'embedded' || !config.demo || !(await isUnused(runtime.database))) return []
    say('info', ['Creating the demo. The sign-in details follow.'])
    const finish = await markUnfinished(config)
    const demo = await makeDemo({ config, runtime, log })
    await finish()
    return demo ? tellDemo(config.publicUrl, demo) : []
  } catch (error) {
    log.error('the demo organization could not be created', error)
    return []
  }
}

async function tellRest(started: Started): Promise<void> {
  const { log } = started.app
  await sayRead(log, () => demoLines(started))
  // Printed last, so that nobody opens the page before the passwords are shown.
  await sayRead(log, () => tellPages(started))
}

async function interrupt(starting: Promise<Started>): Promise<void> {
  const stopped = starting.then(
    (started) => started.stop({ atOnce: true }),
    () => undefined,
  )
  await withTimeout(stopped, INTERRUPTED_START_MS, () => undefined)
  process.exit(0)
}

/** Serves in this process until a signal ends it. */
export async function serve(): Promise<void> {
  const starting = start(process.env)
  onSignal(() => void interrupt(starting))
  const started = await starting
  const stopped = new Promise<boolean>((resolve, reject) => {
    onSignal((signal) => {
      started.app.log.info(`stopping after ${signal}`)
      // Ctrl+C comes from a person who is waiting, so the drain is skipped.
      started.stop({ atOnce: signal === 'SIGINT' }).then(resolve, reject)
    })
  })
  say('info', tellServing(started))
  // Not awaited, because unread output must not delay the exit.
  await Promise.race([stopped, tellRest(started)])
  if (!(await stopped)) started.app.log.warn('stopped at the deadline: some connections were still open')
  // Exits explicitly, because a task that does not respond, such as an export, could keep the process alive.
  process.exit(0)
}
