import './operator/signals.ts'

const [{ runStart }, { run }] = await Promise.all([import('./operator/commands/start.ts'), import('./operator/run.ts')])
await run(runStart)
