/** What one round of one contender showed. */
export interface Measured {
  /** The figure, in the benchmark's unit. */
  value: number
  /** CPU time that the measured process spent on one, in microseconds; null where it does not do it alone. */
  cpuMicros: number | null
}
