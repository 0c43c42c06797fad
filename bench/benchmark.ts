import type { Measured } from './measured.ts'
import type { World } from './world.ts'

/** Something that is measured: the subject of a goal, or what it is held against. */
export interface Contender {
  name: string
  /** Measures once. */
  measure(): Promise<Measured>
}

/** What a subject has to reach. */
export type Goal = { name: string; subject: Contender } & (
  | { reference: Contender; atLeast: number }
  /** In the time that one takes. */
  | { reference: Contender; timeAtMost: number }
  /** By itself. */
  | { valueAtLeast: number }
  | { valueAtMost: number }
  /** Nothing that is asked for: a figure that helps to read the others. */
  | { reference: Contender }
)

/** A benchmark that is ready to be run: every contender is measured once a round, in turn. */
export interface Opened {
  contenders: Contender[]
  goals: Goal[]
  close(): Promise<void>
}

/** One file of this folder, `<id>-<name>.ts`, exports one as `benchmark`. */
export interface Benchmark {
  /** As in the table of promises, such as `S2`. */
  id: string
  title: string
  /** What its figures are in, such as `requests/s`. */
  unit: string
  open(world: World): Promise<Opened>
}
