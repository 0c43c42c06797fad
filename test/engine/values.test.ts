import { isModelAllowed, isModelPattern, isWithinPatterns } from '@keyward/engine/models'
import { costOf, formatUsd, parseUsd, readEstimate, readUsd } from '@keyward/engine/money'
import {
  formatAddress,
  formatNetwork,
  isInNetworks,
  parseAddress,
  parseClientAddress,
  parseNetwork,
  parseNetworks,
} from '@keyward/engine/networks'
import { readSecret, type SecretPlace, TWO_SECRETS } from '@keyward/engine/presented'
import { formatSecret, parseSecret, type SecretKind, startOf } from '@keyward/engine/secret'
import { describe, expect, test } from 'vitest'
import models from '../../engine/cases/models.json' with { type: 'json' }
import money from '../../engine/cases/money.json' with { type: 'json' }
import networks from '../../engine/cases/networks.json' with { type: 'json' }
import presented from '../../engine/cases/presented.json' with { type: 'json' }
import secrets from '../../engine/cases/secrets.json' with { type: 'json' }

/* The tables that clients in other languages run against their own code, run against the engine. */

describe('the shape of a presented secret', () => {
  test.each(secrets.cases)('$name is read as $shape', ({ secret, shape, kind, start, random }) => {
    expect(parseSecret(secret)).toEqual(kind === undefined ? { shape } : { shape, kind })
    if (start !== undefined) expect(startOf(secret)).toBe(start)
    if (random !== undefined) expect(formatSecret(kind as SecretKind, BigInt(random))).toBe(secret)
  })
})

describe('a request’s secret', () => {
  test.each(presented.cases)('with $name', ({ places, headers, secret, isTwo }) => {
    const sent = new Map(Object.entries(headers))
    const read = readSecret((name) => sent.get(name), places as SecretPlace[])
    expect(read).toBe(isTwo ? TWO_SECRETS : secret)
  })
})

describe('a model pattern', () => {
  test.each(models.valid)('$pattern is valid: $valid', ({ pattern, valid }) => {
    expect(isModelPattern(pattern)).toBe(valid)
  })
  test.each(models.cases)('$models allows $slug: $allowed', ({ models: patterns, slug, allowed }) => {
    expect(isModelAllowed(patterns, slug)).toBe(allowed)
  })
  test.each(models.within)('$pattern is within $models: $within', ({ models: patterns, pattern, within }) => {
    expect(isWithinPatterns(patterns, pattern)).toBe(within)
  })
  test('is at most as long as a slug', () => {
    expect(isModelPattern('m'.repeat(200))).toBe(true)
    expect(isModelPattern(`${'m'.repeat(200)}*`)).toBe(false)
  })
})

describe('a network', () => {
  test.each(networks.cases)('$network is read as $canonical', ({ network, canonical, inside, outside }) => {
    const parsed = parseNetwork(network)
    expect(parsed && formatNetwork(parsed)).toBe(canonical)
    const contains = (address: string) => isInNetworks(parseAddress(address), parseNetworks([network]))
    expect((inside ?? []).filter((address) => !contains(address))).toEqual([])
    expect((outside ?? []).filter(contains)).toEqual([])
  })

  test.each(networks.clientAddresses)('a client at $text has the address $address', ({ text, address }) => {
    const parsed = parseClientAddress(text)
    expect(parsed && formatAddress(parsed)).toBe(address)
  })

  test('contains no address if it is invalid, so that a key stays restricted', () => {
    expect(isInNetworks(parseAddress('10.0.0.1'), parseNetworks(['nonsense', '10.0/8']))).toBe(false)
  })
})

describe('an amount of money', () => {
  test.each(money.amounts)('$text is $nanos nano-dollars', ({ text, nanos, canonical }) => {
    expect(readUsd(text)?.toString() ?? null).toBe(nanos)
    if (nanos === null) expect(() => parseUsd(text)).toThrow(TypeError)
    else expect(formatUsd(BigInt(nanos))).toBe(canonical)
  })

  test.each(money.estimates)('an estimate of $text is $nanos nano-dollars', ({ text, nanos }) => {
    expect(readEstimate(text)?.toString() ?? null).toBe(nanos)
  })

  test.each(money.costs)('$quantity at $price $unit cost $nanos nano-dollars', ({ quantity, price, unit, nanos }) => {
    expect(costOf(BigInt(quantity), parseUsd(price), unit === 'PER_MILLION').toString()).toBe(nanos)
  })
})

// Failed with 388 ms of CPU, while the expression for brackets tried every colon with every end.
test('an address of 16 kB is rejected within 50 ms of CPU', () => {
  const long = ['[', '[:', '1', '1.', '%a', ':', '[::]'].map((part) => `[${part.repeat(16_000 / part.length)}`)
  const before = process.cpuUsage()
  expect(long.filter((text) => parseClientAddress(text) ?? parseNetwork(text))).toEqual([])
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1_000).toBeLessThan(50)
})
