import { runStart } from './operator/commands/start.ts'
import { run } from './operator/run.ts'

await run(runStart)
