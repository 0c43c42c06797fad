import { type CredentialKind, decide, warningsOf } from '@keyward/engine/decide'
import { ONE } from '@keyward/engine/lease/kind'
import { readReservation, writeReservation } from '@keyward/engine/lease/reservation'
import { windowOf } from '@keyward/engine/lease/window'
import { parseNetworks } from '@keyward/engine/networks'
import { REASONS } from '@keyward/engine/reasons'
import { describe, expect, test } from 'vitest'
import decisions from '../../engine/cases/decisions.json' with { type: 'json' }
import leases from '../../engine/cases/leases.json' with { type: 'json' }
import windows from '../../engine/cases/windows.json' with { type: 'json' }
import { type DecisionCase, decisionCases } from './decision-cases.ts'
import { type LeaseCase, runLeaseCase } from './lease-process.ts'

/* Tables that clients in other languages run against their own code, run against the engine. */

const NEVER = Number.POSITIVE_INFINITY

describe('a window', () => {
  test.each(windows.cases)('$period at $at is from $start to $end', ({ period, at, start, end }) => {
    expect(windowOf(period, Date.parse(at))).toEqual({
      start: Date.parse(start),
      end: end === null ? NEVER : Date.parse(end),
    })
  })
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
    '$token is of $nanos nano-dollars',
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
