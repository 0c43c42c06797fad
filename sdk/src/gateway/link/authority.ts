import { formatUsd, roundUsd } from '@keyward/engine/money'
import type { Authority } from '@keyward/engine/ports'
import { limitsExchangeLeases } from '../../generated/gateway-documents.ts'
import { timeOf } from '../time.ts'
import type { Server } from './server.ts'

const CALL_MS = 2_000

const nanosOf = (usd: string): bigint => roundUsd(usd) ?? 0n

/** Exchanges leases with the server, which is the authority for their limits. */
export const authorityOf = (
  server: Server,
  connectionId: string,
  isReachable: () => boolean,
  onError: (error: unknown) => void,
): Authority => ({
  isReachable,
  async exchange(leases, rates) {
    const input = {
      connectionId,
      leases: leases.map((lease) => ({
        ...lease,
        used: formatUsd(lease.used),
        returned: formatUsd(lease.returned),
        need: formatUsd(lease.need),
        want: formatUsd(lease.want),
        least: formatUsd(lease.least),
      })),
      rates,
    }
    const granted = await server.ask(limitsExchangeLeases, { input }, CALL_MS).catch((error) => {
      onError(error)
      throw error
    })
    return {
      leases: new Map(
        granted.leases.map((grant) => [
          grant.leaseId,
          {
            granted: nanosOf(grant.granted),
            taken: nanosOf(grant.taken),
            remaining: nanosOf(grant.remaining),
            idleWithOthers: nanosOf(grant.idleWithOthers),
            end: timeOf(grant.resetsAt),
          },
        ]),
      ),
      rates: new Map(granted.rates.map((grant) => [grant.scopeId, grant])),
    }
  },
})
