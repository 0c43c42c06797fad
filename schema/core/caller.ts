import type { Runtime } from '../runtime.ts'
import type { Access } from './access.ts'

/** The actor that a service works for, with the runtime. */
export interface Caller {
  runtime: Runtime
  access: Access
  /** Correlates a change's audit events with the request that made it. */
  requestId: string
  /** Runs a change to its end, and pauses the time limit of the request in the meantime. */
  untimed<T>(change: () => Promise<T>): Promise<T>
}
