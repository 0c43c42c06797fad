import { expect, test } from 'vitest'
import { ServerClock } from '../../../sdk/src/gateway/link/clock.ts'
import { eventOf, sendable } from '../../../sdk/src/gateway/usage/event.ts'
import type { Usage } from '../../../sdk/src/gateway/usage/usage.ts'

const usage = (more: object = {}): Usage => ({ credentialId: 'key_1', workload: 'INFERENCE', ...more }) as Usage
const event = (more: object = {}) => sendable(eventOf(usage(more), 0), 0)

test.each([
  ['0.30000000000000004', '0.3'],
  [String(1e-7), '0.0000001'],
  ['0.0000000005', '0.000000001'],
  ['0.00000000049', '0'],
  ['12.5', '12.5'],
  ['999999999', '999999999'],
])('a cost of %s is recorded as %s US dollars', (cost, recorded) => {
  expect(event({ cost }).cost).toBe(recorded)
})

// Failed while the gateway module took such events on and dropped them later.
test.each<[string, object, RegExp]>([
  ['cost', { cost: 'much' }, /a string of 4\.$/],
  ['cost', { cost: '-1' }, /a string of 2\.$/],
  ['cost', { cost: 'NaN' }, /a string of 3\.$/],
  ['cost', { cost: '1000000000' }, /a string of 10\.$/],
  ['cost', { cost: 0.5 }, /0\.5\.$/],
  ['units.0.quantity', { units: [{ lineItem: 'IMAGES', quantity: 1.5 }] }, /1\.5\.$/],
  ['units.0.quantity', { units: [{ lineItem: 'IMAGES', quantity: Number.NaN }] }, /NaN\.$/],
  ['units.0.quantity', { units: [{ lineItem: 'IMAGES', quantity: -1 }] }, /-1\.$/],
  ['units.0.quantity', { units: [{ lineItem: 'IMAGES' }] }, /undefined\.$/],
  ['units', { units: {} }, /a list\. Found: \[object Object\]\.$/],
  ['units.0.lineItem', { units: [{ lineItem: 'tokens', quantity: 1 }] }, /a string of 6\.$/],
  ['units.0.lineItem', { units: [null] }, /undefined\.$/],
  ['units.1.lineItem', { units: [1, 2].map((quantity) => ({ lineItem: 'IMAGES', quantity })) }, /named once/],
  ['workload', { workload: 'mining' }, /a string of 6\.$/],
  ['workload', { workload: undefined }, /undefined\.$/],
  ['credentialId', { credentialId: undefined }, /undefined\.$/],
  ['eventId', { eventId: 'with space' }, /a string of 10\.$/],
  ['credentialId', { credentialId: 'sk-secret' }, /a string of 9\.$/],
  ['occurredAt', { occurredAt: 'yesterday' }, /a string of 9\.$/],
  ['reservation', { reservation: 5 }, /5\.$/],
  ['costs', { costs: '1' }, /not a usage field/],
])('an event with an invalid %s throws a TypeError that names it', (field, more, found) => {
  expect(() => event(more)).toThrow(TypeError)
  expect(() => event(more)).toThrow(`\`${field}\``)
  expect(() => event(more)).toThrow(found)
})

// Failed while events carried the time of the gateway's clock: the server rejected them as IN_THE_FUTURE or TOO_OLD.
test('a usage event contains its age instead of the gateway’s time', () => {
  for (const wrong of [6 * 60_000, -31 * 86_400_000, 0]) {
    const taken = eventOf(usage(), 1_800_000_000_000 + wrong)
    expect(sendable(taken, 1_800_000_000_000 + wrong)).not.toHaveProperty('occurredAt')
    expect(sendable(taken, 1_800_000_000_000 + wrong + 90_500)).toMatchObject({ ageSeconds: 90 })
    // The clock was set, or the server's became known.
    const later = sendable(taken, 1_800_000_000_000)
    expect(later.ageSeconds ?? 0).toBeGreaterThanOrEqual(0)
    expect(later.ageSeconds ?? 0).toBeLessThan(30 * 86_400)
    expect(later).not.toHaveProperty('takenAt')
  }
  expect(event({ occurredAt: '2026-11-28T12:00:00Z' })).toMatchObject({ occurredAt: '2026-11-28T12:00:00Z' })
  const clock = new ServerClock()
  clock.hear('2030-01-01T00:00:00Z')
  expect(sendable(eventOf(usage(), clock.now()), clock.now())).not.toHaveProperty('ageSeconds')
})
