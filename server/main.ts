import { runStart } from './commands/start.ts'
import { run } from './run.ts'

await run(runStart)
