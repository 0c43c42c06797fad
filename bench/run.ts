import { readdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Benchmark, Goal } from './benchmark.ts'
import { goalsTable, measureTable, type Results } from './table.ts'
import { FULL, SMALL, World } from './world.ts'

/*
 * `pnpm bench [ID …] [--small] [--rounds N] [--only NAME]`: runs all benchmarks `<id>-<name>.ts` in this folder, or the
 * given ones, and prints their figures. `--only`, which is repeatable, measures only the contender with that name.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    small: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', multiple: true, default: [] },
  },
})
const rounds = Number(values.rounds)
if (!Number.isInteger(rounds) || rounds < 1 || rounds > 20) throw new RangeError('--rounds: from 1 to 20')

const say = (line: string): void => void process.stderr.write(`${line}\n`)

async function benchmarks(): Promise<Benchmark[]> {
  const asked = positionals.map((id) => id.toLowerCase())
  const names = (await readdir(import.meta.dirname)).filter((name) => /^s\d+-.*\.ts$/.test(name))
  const ids = names.map((name) => name.split('-')[0] ?? '')
  const unknown = asked.find((id) => !ids.includes(id))
  if (unknown !== undefined) throw new RangeError(`There is no benchmark ${unknown}. There are: ${ids.join(', ')}`)
  const chosen = names.filter((_name, index) => asked.length === 0 || asked.includes(ids[index] ?? ''))
  return Promise.all(
    chosen.map(async (name) => {
      const module: { benchmark: Benchmark } = await import(`.//${name}`)
      return module.benchmark
    }),
  )
}

async function run(benchmark: Benchmark, world: World): Promise<Results> {
  say(`${benchmark.id} ${benchmark.title}`)
  const { contenders: all, goals, close } = await benchmark.open(world)
  const contenders = all.filter(({ name }) => values.only.length === 0 || values.only.includes(name))
  try {
    const measured = new Map(contenders.map((contender) => [contender, [] as Results['measured'][number]['rounds']]))
    for (let round = 1; round <= rounds; round++) {
      for (const contender of contenders) {
        const one = await contender.measure()
        measured.get(contender)?.push(one)
        say(`  round ${round}, ${contender.name}: ${Math.round(one.value)} ${benchmark.unit}`)
      }
    }
    const isMeasured = (goal: Goal) =>
      [goal.subject, ...('reference' in goal ? [goal.reference] : [])].every((each) => measured.has(each))
    return {
      benchmark,
      goals: goals.filter(isMeasured),
      measured: [...measured].map(([contender, each]) => ({ contender, rounds: each })),
    }
  } finally {
    await close()
  }
}

const world = await World.open(values.small ? SMALL : FULL, say)
const results: Results[] = []
try {
  for (const benchmark of await benchmarks()) results.push(await run(benchmark, world))
} finally {
  // If a benchmark fails, the figures before it are still printed.
  process.stdout.write(`${measureTable(results)}\n\n${goalsTable(results)}\n`)
  await world.close()
}
if (values.small) say('Small data and short rounds: these figures say nothing of the goals.')
process.exit(0)
