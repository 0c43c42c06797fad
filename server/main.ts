import './operator/signals.ts'

const [{ runStart }, { run }, { say }] = await Promise.all([
  import('./operator/commands/start.ts'),
  import('./operator/run.ts'),
  import('./operator/output.ts'),
])
await run(runStart, (message) => say('error', [message]))
