import { start } from '@keyward/server/start'
import { announce } from '../serving.ts'

/* Keyward as `pnpm start` runs it, configured by the environment. */

const started = await start(process.env)
announce(started.listener.url, async () => {
  await started.stop({ atOnce: true })
})
