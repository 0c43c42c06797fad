import type { Measured } from './measured.ts'
import type { World } from './world.ts'

/** A measured variant: the subject of a goal, or a reference for comparison. */
export interface Contender {
  name: string
  /** Measures once. */
  measure(): Promise<Measured>
}

/** The condition that a subject must meet. */
export type Goal = { name: string; subject: Contender } & (
  | { reference: Contender; atLeast: number }
  /** Compared with another contender measured in the same round. */
  | { reference: Contender; timeAtMost: number }
  /** Compared with another contender's CPU time, which other programs on the machine affect less than its rate. */
  | { reference: Contender; cpuAtMost: number }
  /** An absolute value. */
  | { valueAtLeast: number }
  | { valueAtMost: number }
  /** No goal: a figure that helps to interpret the others. */
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
  /** Unit of the figures, such as `requests/s`. */
  unit: string
  open(world: World): Promise<Opened>
}
