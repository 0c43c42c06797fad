import { hasDemo, makeDemo, tellDemo, tellOfDemo } from '../../demo/demo.ts'
import { type Started, start, welcome } from '../../start.ts'

/** Creates the demo organization if this server has one, and says how to sign in. The server already serves meanwhile. */
async function demoLines({ app: { runtime, log }, config }: Started): Promise<string[]> {
  try {
    if (await hasDemo(runtime)) return tellOfDemo()
    const demo = await makeDemo({ config, runtime, log })
    return demo ? tellDemo(config.publicUrl, demo) : []
  } catch (error) {
    log.error('the demo organization could not be created', error)
    return []
  }
}

/** `keyward-server start`: serves until SIGTERM or SIGINT. */
export async function runStart(): Promise<void> {
  const started = await start(process.env)
  for (const line of await welcome(started)) process.stdout.write(`${line}\n`)
  for (const line of await demoLines(started)) process.stdout.write(`${line}\n`)
  await new Promise<void>((resolve, reject) => {
    const stop = (signal: NodeJS.Signals) => {
      process.off('SIGTERM', stop)
      process.off('SIGINT', stop)
      started.app.log.info(`stopping after ${signal}`)
      started.stop().then(resolve, reject)
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
}
