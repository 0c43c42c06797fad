import type { Runtime } from '../runtime.ts'
import type { Access } from './access.ts'

/** On whose behalf a service works, and with what. */
export interface Caller {
  runtime: Runtime
  access: Access
  /** Correlates a change's audit events with the request that made it. */
  requestId: string
}
