import { readEstimate } from '@keyward/engine/money'
import { ServiceTier, Workload } from '@keyward/prisma/generated/prisma/enums'
import { z } from 'zod'
import { consumer } from '../usage/consumers/consumer.ts'
import { units } from '../usage/event.ts'

/**
 * A request, as the graph and the forward-auth endpoint accept it. Odd strings are denied by the checks, and are not
 * input errors.
 */
export const verifyRequest = z.object({
  secret: z.string().max(4_096),
  workload: z.enum(Workload).nullish(),
  model: z.string().max(200).nullish(),
  resourceId: z.string().max(200).nullish(),
  clientIp: z.string().max(64).nullish(),
  // Clients choose the value of this header. So a value of any length leads to a denial, not to an error of the
  // gateway.
  origin: z.string().nullish(),
})

const estimatedCost = z.string().refine((text) => readEstimate(text) !== null, {
  error: 'Must be a decimal in US dollars from 0 to 999999999, such as "0.02".',
})

/**
 * A request that is also charged to limits. It is parsed without transforms, which would cost more than the decision.
 */
export const authorizeRequest = verifyRequest
  .extend({
    estimatedCost: estimatedCost.nullish(),
    estimatedUnits: units.nullish(),
    consumer: consumer.nullish(),
    serviceTier: z.enum(ServiceTier).nullish(),
  })
  // Strict, because a mistyped member would otherwise be ignored, and the request allowed.
  .strict()
