import { builder } from '../graphql/builder.ts'
import type { GraphContext } from '../graphql/context.ts'
import { ServiceAccount } from '../service-account/graph.ts'
import { User } from './graph.ts'

export const Principal = builder.unionType('Principal', {
  description: 'A person or service account that can hold roles.',
  types: [User, ServiceAccount],
})

type UserRow = typeof User.$inferType
type ServiceAccountRow = typeof ServiceAccount.$inferType

/**
 * The one of a row's two makers that is set, vouched for; null once it is gone. The row it stands on has been
 * authorized, and with it who made it.
 */
export function principalOf(context: GraphContext, user: UserRow | null, serviceAccount: ServiceAccountRow | null) {
  if (user) return context.vouch(User.addBrand(user))
  if (serviceAccount) return context.vouch(ServiceAccount.addBrand(serviceAccount))
  return null
}
