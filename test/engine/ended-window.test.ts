import { limitOf } from '@keyward/engine/lease/balance'
import { NO_ESTIMATE } from '@keyward/engine/lease/kind'
import { LeaseManager } from '@keyward/engine/lease/manager'
import type { Authority, Grants, LeaseGrant, LeaseRequest } from '@keyward/engine/ports'
import { expect, test } from 'vitest'
import { FakeHost } from './lease-process.ts'

const DAY_MS = 86_400_000
const BUDGET = 100n

/** Grants from the window in which a lease was opened, and nothing once that has ended, as the server does. */
class DailyAuthority implements Authority {
  losesAnswers = false
  /** Announces the end of a lease's window a day later, as after two changes of the time zone. */
  postponesEnds = false
  readonly #host: FakeHost
  readonly #windows = new Map<string, number>()
  readonly #taken = new Map<string, bigint>()
  readonly #spent = new Map<number, bigint>()

  constructor(host: FakeHost) {
    this.#host = host
  }

  isReachable(): boolean {
    return true
  }

  async exchange(leases: readonly LeaseRequest[]): Promise<Grants> {
    const grants = leases.map((lease): [string, LeaseGrant] => [lease.leaseId, this.#grant(lease)])
    if (this.losesAnswers) throw new Error('The answer was lost')
    return { leases: new Map(grants), rates: new Map() }
  }

  #grant({ leaseId, need }: LeaseRequest): LeaseGrant {
    const today = Math.floor(this.#host.now() / DAY_MS)
    const window = this.#windows.get(leaseId) ?? today
    this.#windows.set(leaseId, window)
    const left = BUDGET - (this.#spent.get(window) ?? 0n)
    const granted = window < today ? 0n : need <= left ? need : left
    this.#spent.set(window, BUDGET - left + granted)
    const taken = (this.#taken.get(leaseId) ?? 0n) + granted
    this.#taken.set(leaseId, taken)
    return {
      granted,
      taken,
      remaining: left - granted,
      idleWithOthers: 0n,
      end: (window + (this.postponesEnds && window < today ? 2 : 1)) * DAY_MS,
    }
  }
}

function openDay() {
  const host = new FakeHost()
  const authority = new DailyAuthority(host)
  const manager = new LeaseManager(host, authority)
  const limit = limitOf({ scope: 'API_KEY', scopeId: 'k', subject: 'k', kind: 'DAY', amount: BUDGET, isEnforced: true })
  /** Charges as a verifier does, which looks a stale key up again. */
  const fits = async (nanos: bigint): Promise<boolean> => {
    for (let tries = 0; tries < 3; tries += 1) {
      const { outcome } = await manager.charge([limit], { ...NO_ESTIMATE, nanos }, host.now())
      if (outcome !== 'STALE') return outcome === 'FITS'
    }
    return false
  }
  return { host, authority, fits }
}

// Failed with 200 of a budget of 100 while the lease went on in the new window; with nothing while the ended one was asked.
test('a lease whose first response was lost is not spent after its window has ended', async () => {
  const { host, authority, fits } = openDay()
  host.time = DAY_MS - 500
  authority.losesAnswers = true
  expect(await fits(1n)).toBe(false)
  authority.losesAnswers = false
  host.time = DAY_MS + 100
  const together = await Promise.all(Array.from({ length: 20 }, () => fits(10n)))
  expect(together.filter(Boolean)).toHaveLength(10)
  expect(await fits(1n)).toBe(false)
})

// Failed while the last announcement counted: the ended window was asked again, and gave nothing.
test('a later message about a window’s end does not reopen the window', async () => {
  const { host, authority, fits } = openDay()
  host.time = DAY_MS - 500
  expect(await fits(60n)).toBe(true)
  authority.postponesEnds = true
  host.time = DAY_MS + 3_000
  // Reports the use of the window that has ended.
  host.tick()
  await new Promise((resolve) => void setTimeout(resolve, 5))
  expect(await fits(100n)).toBe(true)
})
