import type { Benchmark, Contender, Goal } from './benchmark.ts'
import type { Measured } from './measured.ts'

/** A benchmark's results. */
export interface Results {
  benchmark: Benchmark
  goals: Goal[]
  measured: { contender: Contender; rounds: Measured[] }[]
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(value >= 10 ? 3 : 2)

const spread = (values: readonly number[]): string => `${number(Math.min(...values))} to ${number(Math.max(...values))}`

function markdown(head: string[], rows: string[][]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n')
}

/** Prints each contender's figure: the median of all rounds. */
export function measureTable(results: readonly Results[]): string {
  const rows = results.flatMap(({ benchmark, measured }) =>
    measured.map(({ contender, rounds }) => {
      const values = rounds.map(({ value }) => value)
      const cpu = rounds.map(({ cpuMicros }) => cpuMicros).filter((micros) => micros !== null)
      return [
        benchmark.id,
        contender.name,
        `${number(median(values))} ${benchmark.unit}`,
        spread(values),
        cpu.length === 0 ? '' : `${number(median(cpu))} µs`,
      ]
    }),
  )
  return markdown(['', 'measured', 'median', 'spread', 'CPU each'], rows)
}

interface Judged {
  values: number[]
  shown: (value: number) => string
  goal: string
  isReached: (value: number) => boolean | null
}

/** Computes a goal's figure in each round. Ratios compare results from the same round. */
function judge(goal: Goal, { benchmark: { unit }, measured }: Results): Judged {
  const valuesOf = (of: Contender) =>
    measured.find(({ contender }) => contender === of)?.rounds.map(({ value }) => value) ?? []
  const own = valuesOf(goal.subject)
  if ('valueAtLeast' in goal) {
    const { valueAtLeast: least } = goal
    return { values: own, shown: number, goal: `≥ ${number(least)} ${unit}`, isReached: (value) => value >= least }
  }
  if ('valueAtMost' in goal) {
    const { valueAtMost: most } = goal
    return { values: own, shown: number, goal: `≤ ${number(most)} ${unit}`, isReached: (value) => value <= most }
  }
  const others = valuesOf(goal.reference)
  const ratios = own.map((rate, round) => rate / (others[round] ?? Number.NaN))
  const times = (value: number) => `${number(value)} ×`
  if ('timeAtMost' in goal) {
    const { timeAtMost: most } = goal
    const values = ratios.map((ratio) => 1 / ratio)
    return { values, shown: times, goal: `≤ ${most} × the time`, isReached: (value) => value <= most }
  }
  if ('cpuAtMost' in goal) {
    const { cpuAtMost: most } = goal
    const cpuOf = (of: Contender) =>
      measured.find(({ contender }) => contender === of)?.rounds.map(({ cpuMicros }) => cpuMicros ?? Number.NaN) ?? []
    const references = cpuOf(goal.reference)
    const values = cpuOf(goal.subject).map((micros, round) => micros / (references[round] ?? Number.NaN))
    return { values, shown: times, goal: `≤ ${most} × the CPU time`, isReached: (value) => value <= most }
  }
  if ('atLeast' in goal) {
    const { atLeast: least } = goal
    return { values: ratios, shown: times, goal: `≥ ${least} ×`, isReached: (value) => value >= least }
  }
  return { values: ratios, shown: times, goal: 'none', isReached: () => null }
}

/** Prints each goal with its result: the median of all rounds. */
export function goalsTable(results: readonly Results[]): string {
  const rows = results.flatMap((result) =>
    result.goals.map((goal) => {
      const { values, shown, goal: asked, isReached } = judge(goal, result)
      const reached = isReached(median(values))
      return [
        result.benchmark.id,
        goal.subject.name,
        goal.name,
        asked,
        shown(median(values)),
        spread(values),
        reached === null ? '' : reached ? 'yes' : 'no',
      ]
    }),
  )
  return markdown(['', 'subject', 'reference', 'goal', 'median', 'spread', 'goal met'], rows)
}
