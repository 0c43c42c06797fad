import { setTimeout as delay } from 'node:timers/promises'
import type { Keyward } from '@keyward/sdk'
import type { Cli } from './cli.ts'
import { hintOnInterrupt } from './interrupt.ts'

/** How long to collect changes, so that changes made together, such as an import, are shown together. */
const TOGETHER_MS = 200
const CLEAR = '\u001b[H\u001b[2J\u001b[3J'

/** Calls `show` now and after each change to a project's keys, until the command is interrupted. */
export async function watchKeys(
  cli: Cli,
  client: Keyward,
  projectId: string,
  show: () => Promise<void>,
): Promise<void> {
  hintOnInterrupt('Nothing was changed.')
  const redraw = async () => {
    if (process.stdout.isTTY && !cli.output.isJson) await cli.output.text(CLEAR)
    await show()
  }
  // The cursor is read before the keys are shown, so that no change in between is missed.
  const { changeCursor } = await client.projects.getChangeCursor(projectId)
  await redraw()
  const changes = client.apiKeys.changes({ projectId }, { after: changeCursor })[Symbol.asyncIterator]()
  const following = () => {
    const next = changes.next().then(({ done }) => done === true)
    // Awaited later. Until then, a rejection must not crash the process.
    next.catch(() => {})
    return next
  }
  for (let next = following(); !(await next); ) {
    const pause = delay(TOGETHER_MS)
    do next = following()
    while ((await Promise.race([pause, next])) === false)
    await redraw()
  }
}
