import { rateHeaders } from '@keyward/engine/rate-headers'
import { expect, test } from 'vitest'
import cases from '../../engine/cases/rate-headers.json' with { type: 'json' }

test.each(cases.cases)('$name', ({ limits, isRateLimited, headers }) => {
  expect(rateHeaders(limits, isRateLimited, Date.parse(cases.now))).toEqual(headers)
})
