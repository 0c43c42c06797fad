import { DECISIONS } from './guards/decisions.ts'
import { GATEWAYS } from './guards/gateways.ts'
import { LIMITS } from './guards/limits.ts'
import { ORGANIZATIONS } from './guards/organizations.ts'
import { PROCESSES } from './guards/processes.ts'
import type { Removal } from './guards/removal.ts'
import { REPLICA } from './guards/replica.ts'
import { REQUESTS } from './guards/requests.ts'
import { ROLES } from './guards/roles.ts'
import { SIGN_IN } from './guards/sign-in.ts'
import { USAGE } from './guards/usage.ts'

/** The guards that `pnpm test:guards` removes, one at a time. */
export const REMOVALS: readonly Removal[] = [
  ...REQUESTS,
  ...PROCESSES,
  ...REPLICA,
  ...SIGN_IN,
  ...GATEWAYS,
  ...ROLES,
  ...LIMITS,
  ...USAGE,
  ...DECISIONS,
  ...ORGANIZATIONS,
]
