import { limitOf } from '@keyward/engine/lease/balance'
import { type Estimate, type LimitKind, ONE } from '@keyward/engine/lease/kind'
import { LeaseManager } from '@keyward/engine/lease/manager'
import { readReservation } from '@keyward/engine/lease/reservation'
import type { Authority, Host } from '@keyward/engine/ports'

/** The response of the authority to one row. */
interface Response {
  granted?: string | undefined
  remaining?: string | undefined
  idleWithOthers?: string | undefined
  ends?: number | undefined
  lost?: true | undefined
  down?: true | undefined
}

/** A report and request of one lease or one rate, with its response. */
interface Row extends Response {
  lease?: number
  rate?: string
  used?: string
  returned?: string
  back?: number
  need: string
  want: string
  least?: string
}

interface Step {
  charge?: string[]
  wait?: number
  recall?: string
  close?: true
  unreachable?: true
  outcomes?: string[]
  reservation?: { nanos: string; input?: string; output?: string; leases: number[] } | null
  waits?: number[] | undefined
  exchanges: Row[][]
}

/** A case of `engine/cases/leases.json`, where its fields are described. */
export interface LeaseCase {
  name: string
  limits: { subject: string; kind: LimitKind; amount: string }[]
  steps: Step[]
}

const START = Date.parse('2026-11-28T00:00:00.000Z')

/** A process whose clock the test moves. A delay passes at once, and is noted. */
export class FakeHost implements Host {
  time = 0
  waits: number[] = []
  tick: () => void = () => {}
  #ids = 0

  now = () => START + this.time
  elapsed = () => this.time
  soon = (work: () => void) => void setImmediate(work)
  after(milliseconds: number, work: () => void) {
    if (milliseconds > 0) this.waits.push(milliseconds)
    this.time += milliseconds
    setImmediate(work)
    return () => {}
  }
  every(_milliseconds: number, work: () => void) {
    this.tick = work
    return () => {}
  }
  // The first id is that of reservations, so that leases count from 1.
  newId = () => `00000000-0000-4000-8000-${String(this.#ids++).padStart(12, '0')}`
}

const numberOf = (id: string): number => Number(id.slice(-12))
const settled = () => new Promise<void>((resolve) => void setTimeout(resolve, 1))

/** Reads the cost of a request, and its tokens if there are some: `100 3/2` has three input and two output tokens. */
function estimateFrom(text: string): Estimate {
  const [nanos = '0', tokens = '0/0'] = text.split(' ')
  const [input = '0', output = '0'] = tokens.split('/')
  return { nanos: BigInt(nanos), input: BigInt(input) * ONE, output: BigInt(output) * ONE }
}

/** Answers as the case says, and records the requests. */
class ScriptedAuthority implements Authority {
  step: Step = { exchanges: [] }
  seen: Row[][] = []
  readonly #taken = new Map<string, bigint>()

  isReachable = () => this.step.unreachable !== true

  async exchange(...[leases, rates]: Parameters<Authority['exchange']>): ReturnType<Authority['exchange']> {
    const script = this.step.exchanges[this.seen.length] ?? []
    const seen: Row[] = []
    const answer = (row: Row): Response => {
      const asked = script.find(({ lease, rate }) => lease === row.lease && rate === row.rate)
      const { granted, remaining, idleWithOthers, ends, lost, down } = asked ?? {}
      const response = { granted, remaining, idleWithOthers, ends, lost, down }
      seen.push({ ...row, ...response })
      return response
    }
    this.seen.push(seen)
    const found = { leases: new Map(), rates: new Map() }
    let isAnswered = true
    for (const { leaseId, used, returned, need, want, least } of leases) {
      const sums = { used: `${used}`, returned: `${returned}`, need: `${need}`, want: `${want}`, least: `${least}` }
      const response = answer({ lease: numberOf(leaseId), ...sums })
      const { granted, remaining, idleWithOthers, ends, lost, down } = response
      if (lost || down) isAnswered = false
      if (granted === undefined || down) continue
      const taken = (this.#taken.get(leaseId) ?? 0n) + BigInt(granted)
      this.#taken.set(leaseId, taken)
      const numbers = { remaining: BigInt(remaining ?? 0), idleWithOthers: BigInt(idleWithOthers ?? 0) }
      const end = ends === undefined ? Number.POSITIVE_INFINITY : START + ends
      found.leases.set(leaseId, { granted: BigInt(granted), taken, ...numbers, end })
    }
    for (const { scopeId, back, need, want } of rates) {
      const { granted, remaining, lost, down } = answer({ rate: scopeId, back, need: `${need}`, want: `${want}` })
      if (lost || down) isAnswered = false
      if (granted !== undefined) found.rates.set(scopeId, { granted: Number(granted), remaining: Number(remaining) })
    }
    if (!isAnswered) throw new Error('No response')
    return found
  }
}

/** Runs the steps of a case. Returns them with the outcomes, delays and exchanges that were seen. */
export async function runLeaseCase({ limits: given, steps }: LeaseCase): Promise<Step[]> {
  const [host, authority] = [new FakeHost(), new ScriptedAuthority()]
  const manager = new LeaseManager(host, authority)
  const limits = given.map(({ subject, kind, amount }) =>
    limitOf({ scope: 'API_KEY', scopeId: subject, subject, kind, amount: BigInt(amount), isEnforced: true }),
  )
  const seen: Step[] = []
  for (const step of steps) {
    const { charge, wait, recall, close } = step
    authority.step = step
    authority.seen = []
    host.waits = []
    const result: Step = { ...step, exchanges: authority.seen }
    if (charge) {
      const charged = await Promise.all(charge.map((cost) => manager.charge(limits, estimateFrom(cost), host.now())))
      result.outcomes = charged.map(({ outcome }) => outcome)
      const [first] = charged
      if (step.reservation !== undefined && first?.outcome === 'FITS') {
        const reservation = first.reservation === null ? null : readReservation(first.reservation)
        result.reservation = reservation && {
          nanos: reservation.estimate.nanos.toString(),
          ...(reservation.estimate.input > 0n ? { input: (reservation.estimate.input / ONE).toString() } : {}),
          ...(reservation.estimate.output > 0n ? { output: (reservation.estimate.output / ONE).toString() } : {}),
          leases: reservation.leases.map(numberOf),
        }
      }
    }
    if (wait !== undefined) {
      host.time += wait
      host.tick()
    }
    if (recall !== undefined) manager.recall(recall)
    if (close) await manager.close()
    await settled()
    result.waits = host.waits.length > 0 ? host.waits : undefined
    seen.push(result)
  }
  return seen
}
