import type { Measured } from './measured.ts'
import type { World } from './world.ts'

/** One measured variant: the subject of a goal, or a peer to compare it with. */
export interface Contender {
  name: string
  /** Measures once. */
  measure(): Promise<Measured>
}

/** The condition that a subject must meet. */
export type Goal = { name: string; subject: Contender } & (
  | { reference: Contender; atLeast: number }
  /** Against another contender in the same time. */
  | { reference: Contender; timeAtMost: number }
  /** Against the CPU time of another contender, which other programs on the machine disturb less than its rate. */
  | { reference: Contender; cpuAtMost: number }
  /** On its own. */
  | { valueAtLeast: number }
  | { valueAtMost: number }
  /** No goal: a figure that helps to read the others. */
  | { reference: Contender }
)

/** A benchmark that is ready to run. Each round measures every contender in turn. */
export interface Opened {
  contenders: Contender[]
  goals: Goal[]
  close(): Promise<void>
}

/** The export `benchmark` of a file `<id>-<name>.ts` in this folder. */
export interface Benchmark {
  /** The id in the table of promises, such as `S2`. */
  id: string
  title: string
  /** The unit of its figures, such as `requests/s`. */
  unit: string
  open(world: World): Promise<Opened>
}
