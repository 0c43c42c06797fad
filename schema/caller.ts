import type { Access } from './access.ts'
import type { Runtime } from './runtime.ts'

/** On whose behalf a service works, and with what. */
export interface Caller {
  runtime: Runtime
  access: Access
  /** Correlates a change's audit events with the request that made it. */
  requestId: string
}
