import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ReportedWorld, startReportedWorld } from '../../clients/gateway-module/usage-setting.ts'
import { clientOf, type Json, ORIGIN } from '../../infra/app.ts'
import { decided } from '../../infra/decided.ts'
import { BAD_VALUES } from './bad-fields.ts'

/*
 * Failed while the gateway module took a line item of any form for one without a price, and reserved nothing for it.
 *
 * An estimate has the forms of the usage that settles it: a value that `usageRecord` rejects is an error of the request wherever one
 * is estimated, and reserves nothing.
 */

let world: ReportedWorld
beforeAll(async () => {
  world = await startReportedWorld()
})
afterAll(() => world?.close())

/** The members of a request that hold an estimate, by the field of a usage event with the same form. */
const ESTIMATES: Record<string, (value: Json) => Json> = {
  cost: (estimatedCost) => ({ estimatedCost }),
  units: (estimatedUnits) => ({ estimatedUnits }),
  'units.0.lineItem': (lineItem) => ({ estimatedUnits: [{ lineItem, quantity: '1' }] }),
  'units.0.quantity': (quantity) => ({ estimatedUnits: [{ lineItem: 'IMAGES', quantity }] }),
}

/**
 * The gateway module and the endpoint round an amount that a program computed. The module passes on line items that only a newer
 * server knows: they have no price.
 */
const isRead = (way: string, field: string, value: Json): boolean =>
  (way !== 'graph' && value === '1e-7') || (way === 'module' && field === 'units.0.lineItem' && /^[A-Z_]+$/.test(value))

const estimates = BAD_VALUES.flatMap(({ field, value }) => {
  const write = ESTIMATES[field]
  return write ? [{ field, value, members: write(value) }] : []
})

const AUTHORIZE = `mutation ($inputs: [ApiKeyAuthorizeInput!]!) { apiKeysAuthorize(inputs: $inputs) { __typename } }`

/** Ways to ask for a decision with an estimate. Each returns ALLOWED, or says how the request was rejected. */
const WAYS: Record<string, (secret: string, members: Json) => Promise<string>> = {
  async graph(secret, members) {
    const { errors } = await clientOf(world.app, world.gatewayToken).ask(AUTHORIZE, {
      inputs: [{ secret, ...members }],
    })
    return errors?.[0]?.extensions.code ?? 'ALLOWED'
  },
  async endpoint(secret, members) {
    const response = await world.app.fetch(
      new Request(`${ORIGIN}/authorize`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${secret}`,
          'keyward-gateway': world.gatewayToken,
          'content-type': 'application/json',
        },
        body: JSON.stringify(members),
      }),
    )
    return response.headers.get('keyward-reason') || 'ALLOWED'
  },
  async module(secret, members) {
    try {
      await world.module.authorize(secret, members)
      return 'ALLOWED'
    } catch (error) {
      return error instanceof TypeError && /^`(estimatedCost|estimatedUnits)\b/.test(error.message)
        ? 'BAD_REQUEST'
        : String(error)
    }
  },
}

test.each(Object.keys(WAYS))('an invalid estimate returns BAD_REQUEST and reserves nothing in the %s', async (way) => {
  const { secret } = await world.newKey({ limits: { budgets: [{ period: 'TOTAL', usd: '10' }] } })
  const found: string[] = []
  for (const { field, value, members } of estimates) {
    if (isRead(way, field, value)) continue
    const outcome = await WAYS[way]?.(secret, members)
    if (outcome !== 'BAD_REQUEST') found.push(`${field} ${JSON.stringify(value)}: ${outcome}`)
  }
  expect(found).toEqual([])
  const all = await decided(() => world.module.authorize(secret, { estimatedCost: '10' }))
  expect(all).toMatchObject({ __typename: 'ApiKeyAllowed' })
})
