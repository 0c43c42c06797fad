import { start, welcome } from '../start.ts'

/** `keyward-server start`: serves until SIGTERM or SIGINT. */
export async function runStart(): Promise<void> {
  const started = await start(process.env)
  for (const line of await welcome(started)) process.stdout.write(`${line}\n`)
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
