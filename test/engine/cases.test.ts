import { type CredentialKind, decide, warningsOf } from '@keyward/engine/decide'
import { ONE } from '@keyward/engine/lease/kind'
import { readReservation, writeReservation } from '@keyward/engine/lease/reservation'
import { announce, windowOf } from '@keyward/engine/lease/window'
import { parseNetworks } from '@keyward/engine/networks'
import { REASONS } from '@keyward/engine/reasons'
import { describe, expect, test } from 'vitest'
import decisions from '../../engine/cases/decisions.json' with { type: 'json' }
import leases from '../../engine/cases/leases.json' with { type: 'json' }
import windows from '../../engine/cases/windows.json' with { type: 'json' }
import { readCalendar } from '../../schema/limit/windows/window.ts'
import { type DecisionCase, decisionCases } from './decision-cases.ts'
import { type LeaseCase, runLeaseCase } from './lease-process.ts'

/* Tables that clients in other languages run against their own code, run against the engine. */

const NEVER = Number.POSITIVE_INFINITY

interface WindowCase {
  period: string
  timeZone?: string
  replaces?: { timeZone: string; at: string }
  at: string
  start: string
  end: string | null
}

const calendarOf = ({ timeZone = 'UTC', replaces }: WindowCase) =>
  readCalendar({
    time_zone: timeZone,
    announced_windows: replaces
      ? announce(Date.parse(replaces.at), readCalendar({ time_zone: replaces.timeZone, announced_windows: null }))
      : null,
  })

describe('a window', () => {
  test.each(windows.cases as WindowCase[])('of $timeZone for $period at $at is from $start to $end', (given) => {
    const { period, at, start, end } = given
    expect(windowOf(period, Date.parse(at), calendarOf(given))).toEqual({
      start: Date.parse(start),
      end: end === null ? NEVER : Date.parse(end),
    })
  })

  // Budgets are neither granted twice nor lost: the windows of a year follow each other, whatever the time zone was before.
  test.each(
    ['UTC', 'Asia/Kolkata', 'America/St_Johns', 'America/Santiago', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'].flatMap(
      (before, _index, zones) => zones.map((timeZone) => ({ before, timeZone })),
    ),
  )(
    'from $before to $timeZone follow each other without gaps, none shorter than half a period',
    ({ before, timeZone }) => {
      for (const [period, least] of [
        ['DAY', 12 * 3_600_000],
        ['WEEK', 84 * 3_600_000],
        ['MONTH', 14 * 86_400_000],
      ] as const) {
        const replaces = { timeZone: before, at: '2026-08-30T12:34:56.000Z' }
        const calendar = calendarOf({ period, timeZone, replaces, at: '', start: '', end: null })
        const first = windowOf(period, Date.parse(replaces.at), calendar)
        for (let at = first; at.end < Date.parse('2027-09-01T00:00:00Z'); ) {
          const next = windowOf(period, at.end, calendar)
          expect(next.start).toBe(at.end)
          expect(next.end - next.start).toBeGreaterThanOrEqual(least)
          expect(windowOf(period, next.end - 1, calendar)).toEqual(next)
          at = next
        }
      }
    },
  )
})

const NOW = Date.parse('2026-11-28T00:00:00.000Z')
const inSeconds = (seconds: number | undefined) => (seconds === undefined ? NEVER : NOW + seconds * 1_000)
const RESOURCES = { own: { projectId: 'own' }, other: { projectId: 'other' }, unknown: null }
const MODELS = {
  public: { projectId: null, online: true },
  own: { projectId: 'own', online: true },
  other: { projectId: 'other', online: true },
  offline: { projectId: null, online: false },
  unknown: null,
}

function answerTo({ credential: given = {}, request = {} }: DecisionCase) {
  const kind: CredentialKind = given.kind ?? 'API_KEY'
  const credential = {
    kind,
    projectId: 'own',
    isRevoked: given.isRevoked ?? false,
    isArchived: given.isArchived ?? false,
    pausedUntil: given.pausedForSeconds === undefined ? -NEVER : inSeconds(given.pausedForSeconds ?? undefined),
    retiresAt: inSeconds(given.retiresInSeconds),
    expiresAt: inSeconds(given.expiresInSeconds),
    workloads: new Set(given.workloads),
    models: given.models ?? [],
    networks: parseNetworks(given.networks ?? []),
    origins: given.origins ?? [],
    limits: [],
  }
  const facts = {
    credential,
    resource: request.resource && RESOURCES[request.resource],
    model: request.model && MODELS[request.model],
    reach: given.reach,
  }
  const decision = decide(facts, request, NOW)
  return decision.allowed
    ? { reason: null, warnings: warningsOf(credential, [], NOW, false) }
    : { reason: decision.reason, warnings: [] }
}

describe('a decision', () => {
  test.each(decisionCases)('$name: $reason', (each) => {
    expect(answerTo(each)).toEqual({ reason: each.reason, warnings: each.warnings ?? [] })
  })

  // Failed while an unreadable time was compared as if it lay ahead.
  test('a credential with an unreadable time is denied', () => {
    expect(answerTo({ name: '', credential: { expiresInSeconds: Number.NaN }, reason: null }).reason).toBe('EXPIRED')
    expect(answerTo({ name: '', credential: { retiresInSeconds: Number.NaN }, reason: null }).reason).toBe(
      'SECRET_RETIRED',
    )
    expect(answerTo({ name: '', credential: { pausedForSeconds: Number.NaN }, reason: null }).reason).toBe('PAUSED')
  })

  test('has a status for each reason, in the order of the checks', () => {
    expect(Object.entries(REASONS).map(([reason, [httpStatus]]) => ({ reason, httpStatus }))).toEqual(decisions.reasons)
  })
})

describe('leases', () => {
  test.each(leases.cases as LeaseCase[])('$name', async (each) => {
    expect(await runLeaseCase(each)).toEqual(each.steps)
  })
})

describe('a reservation', () => {
  test.each(leases.reservations)(
    '$token reserves $nanos nano-dollars',
    ({ token, id, nanos, input = '0', output = '0', leases: ids }) => {
      const read = readReservation(token)
      if (id === null || nanos === undefined) expect(read).toBeNull()
      else {
        const estimate = { nanos: BigInt(nanos), input: BigInt(input) * ONE, output: BigInt(output) * ONE }
        const reservation = { id, estimate, leases: ids ?? [] }
        expect(read).toEqual(reservation)
        expect(writeReservation(reservation)).toBe(token)
      }
    },
  )
})
