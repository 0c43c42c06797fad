/** One contender's result in one round. */
export interface Measured {
  /** The figure in the benchmark's unit. */
  value: number
  /** CPU time of the measured process per request, in microseconds. Null if other processes do part of the work. */
  cpuMicros: number | null
}
