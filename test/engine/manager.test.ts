import { type Limit, limitOf } from '@keyward/engine/lease/balance'
import { NO_ESTIMATE } from '@keyward/engine/lease/kind'
import { LeaseManager } from '@keyward/engine/lease/manager'
import type { Authority, LeaseGrant, LeaseRequest, RateRequest } from '@keyward/engine/ports'
import { expect, test } from 'vitest'
import { FakeHost } from './lease-process.ts'

/** Grants every need, and records the used amount of each lease. */
class GenerousAuthority implements Authority {
  readonly used = new Map<string, bigint>()
  /** The largest requested amount beyond the need. */
  wanted = 0n
  readonly #taken = new Map<string, bigint>()
  /** The largest number of exchanges that were under way together. */
  most = 0
  #now = 0

  isReachable = () => true

  async exchange(leases: readonly LeaseRequest[], rates: readonly RateRequest[]) {
    this.#now += 1
    this.most = Math.max(this.most, this.#now)
    await new Promise<void>((resolve) => void setTimeout(resolve, 1))
    this.#now -= 1
    const grants = leases.map(({ leaseId, used, need, want }): [string, LeaseGrant] => {
      if (want > this.wanted) this.wanted = want
      this.used.set(leaseId, used)
      const taken = (this.#taken.get(leaseId) ?? 0n) + need
      this.#taken.set(leaseId, taken)
      return [leaseId, { granted: need, taken, remaining: 1_000n, idleWithOthers: 0n, end: Number.POSITIVE_INFINITY }]
    })
    return { leases: new Map(grants), rates: new Map(rates.map((r) => [r.scopeId, { granted: r.need, remaining: 9 }])) }
  }
}

const budgetOf = (subject: string): Limit =>
  limitOf({ scope: 'API_KEY', scopeId: subject, subject, kind: 'TOTAL', amount: 1_000n, isEnforced: true })

function start(maxBalances?: number) {
  const [host, authority] = [new FakeHost(), new GenerousAuthority()]
  const manager = new LeaseManager(host, authority, maxBalances)
  const charge = (limit: Limit) => manager.charge([limit], { ...NO_ESTIMATE, nanos: 10n }, host.now())
  return { host, authority, manager, charge }
}

const totalOf = ({ used }: GenerousAuthority) => [...used.values()].reduce((sum, each) => sum + each, 0n)

// Failed while a balance could be forgotten between a request's charge and its exchange: 10 were never reported.
test('a balance that a request waits for is not evicted', async () => {
  const { host, authority, manager, charge } = start(100)
  const old = budgetOf('old')
  expect(await charge(old)).toMatchObject({ outcome: 'FITS' })
  host.time += 2_001
  host.tick()
  await expect.poll(() => totalOf(authority)).toBe(10n)
  host.time += 60_000
  const waiting = charge(old)
  const others = Array.from({ length: 101 }, (_, index) => charge(budgetOf(`other ${index}`)))
  expect(await waiting).toMatchObject({ outcome: 'FITS' })
  await Promise.all(others)
  await manager.close()
  expect(totalOf(authority)).toBe(20n + 10n * 101n)
})

test('at most three exchanges of waiting requests are in progress at the same time', async () => {
  const { authority, manager, charge } = start()
  const charges = []
  for (let index = 0; index < 50; index += 1) {
    charges.push(charge(budgetOf(`key ${index}`)))
    await new Promise<void>((resolve) => void setImmediate(resolve))
  }
  expect((await Promise.all(charges)).filter(({ outcome }) => outcome !== 'FITS')).toEqual([])
  await manager.close()
  expect(authority.most).toBeLessThanOrEqual(3)
  expect(totalOf(authority)).toBe(500n)
})

test('limits with the same owner and amount have separate balances, even in one exchange', async () => {
  const { host, authority, manager } = start()
  const limits = (['DAY', 'WEEK', 'MONTH', 'TOTAL', 'REQUESTS_PER_MINUTE'] as const).map((kind) =>
    limitOf({ scope: 'API_KEY', scopeId: 'key', subject: 'key', kind, amount: 1_000n, isEnforced: true }),
  )
  const charged = await manager.charge(limits, { ...NO_ESTIMATE, nanos: 10n }, host.now())
  expect(charged).toMatchObject({ outcome: 'FITS' })
  await manager.close()
  expect([...authority.used.values()]).toEqual([10n, 10n, 10n, 10n])
})

// Failed without the bound: the first lease was still in use.
test('the number of balances exceeds its bound only while they are in use', async () => {
  const { host, authority, manager, charge } = start(1)
  const old = budgetOf('old')
  await charge(old)
  host.time += 2_001
  host.tick()
  await expect.poll(() => totalOf(authority)).toBe(10n)
  host.time += 60_000
  await charge(budgetOf('other'))
  await charge(old)
  await manager.close()
  // A lease of the other balance, and two of the old one: it was forgotten in between.
  expect(authority.used.size).toBe(3)
  expect(totalOf(authority)).toBe(30n)
})

// Failed without the cap: an exchange asked for 2,000 of a limit of 1,000.
test('an exchange never requests more than the whole limit', async () => {
  const { authority, manager, charge } = start()
  const limit = budgetOf('busy')
  for (let index = 0; index < 201; index += 1) await charge(limit)
  expect(authority.wanted).toBe(1_000n)
  await manager.close()
})

/** Has nothing left, and counts how often it is asked. */
class EmptyAuthority implements Authority {
  asked = 0
  left = 0n
  #taken = 0n

  eraOf?: () => number

  isReachable = () => true

  async exchange(leases: readonly LeaseRequest[], rates: readonly RateRequest[]) {
    this.asked += 1
    const { left } = this
    const grants = leases.map(({ leaseId, need }): [string, LeaseGrant] => {
      const granted = left < need ? 0n : need
      this.#taken += granted
      return [
        leaseId,
        { granted, taken: this.#taken, remaining: left - granted, idleWithOthers: 0n, end: Number.POSITIVE_INFINITY },
      ]
    })
    const granted = Number(left)
    return { leases: new Map(grants), rates: new Map(rates.map(({ scopeId }) => [scopeId, { granted, remaining: 0 }])) }
  }
}

function startEmpty(kind: Limit['kind'] = 'TOTAL', amount = 1_000n) {
  const [host, authority] = [new FakeHost(), new EmptyAuthority()]
  const manager = new LeaseManager(host, authority)
  const limit = limitOf({ scope: 'API_KEY', scopeId: 'key', subject: 'key', kind, amount, isEnforced: true })
  const charge = async (nanos: bigint) => (await manager.charge([limit], { ...NO_ESTIMATE, nanos }, host.now())).outcome
  return { host, authority, manager, charge }
}

// Failed before: each denial was an exchange, so that a client in a loop loaded the database.
test('a client that retries in a loop causes at most ten exchanges a second', async () => {
  const { host, authority, charge } = startEmpty()
  for (let request = 0; request < 1_000; request += 1) {
    expect(await charge(10n)).toBe('MISSING')
    host.time += 1
  }
  expect(authority.asked).toBe(10)
})

// Failed while any settlement ended the memory of all denials: on a busy server, each denial was an exchange.
test('a limit’s cached denials remain after a settlement that frees too little', async () => {
  const { host, authority, charge } = startEmpty()
  let settled = 0
  authority.eraOf = () => settled
  for (let request = 0; request < 100; request += 1) expect(await charge(10n)).toBe('MISSING')
  expect(authority.asked).toBe(1)
  authority.left = 10n
  expect(await charge(10n)).toBe('MISSING')
  settled += 1
  expect(await charge(10n)).toBe('FITS')
  expect(host.time).toBe(0)
})

// Each case failed once while a denial was remembered regardless of new information.
test('a cached denial expires after a smaller request, a recall, a settlement or 0.1 seconds', async () => {
  const { host, authority, manager, charge } = startEmpty()
  const heard: Record<string, () => void> = {
    recall: () => manager.recall('key'),
    settlement: () => manager.settled(),
    time: () => {
      host.time += 100
    },
  }
  for (const [what, hear] of Object.entries(heard)) {
    authority.left = 0n
    expect(await charge(10n)).toBe('MISSING')
    authority.left = 10n
    expect([what, await charge(10n)]).toEqual([what, 'MISSING'])
    hear()
    expect([what, await charge(10n)]).toEqual([what, 'FITS'])
    host.time += 1_000
  }
  authority.left = 9n
  expect(await charge(10n)).toBe('MISSING')
  expect(await charge(9n)).toBe('FITS')
})

test('a rate limit’s cached denial expires when the next request is allowed', async () => {
  const { host, authority, charge } = startEmpty('REQUESTS_PER_MINUTE', 6_000n)
  expect(await charge(0n)).toBe('MISSING')
  authority.left = 1n
  host.time += 9
  expect(await charge(0n)).toBe('MISSING')
  host.time += 1
  expect(await charge(0n)).toBe('FITS')
})
