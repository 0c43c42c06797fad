import type { Runtime } from '../runtime.ts'
import type { Access } from './access.ts'

/** The actor that a service works for, with the runtime. */
export interface Caller {
  runtime: Runtime
  access: Access
  /** Correlates a change's audit events with the request that made it. */
  requestId: string
  /** Runs a change to completion, and pauses the request's time limit meanwhile. */
  untimed<T>(change: () => Promise<T>): Promise<T>
}
