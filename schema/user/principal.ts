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
 * Returns the creator of a row, a person or a service account, and marks it as visible. Null after the creator was
 * deleted. A caller who may see the row may see its creator.
 */
export function principalOf(context: GraphContext, user: UserRow | null, serviceAccount: ServiceAccountRow | null) {
  if (user) return context.vouch(User.addBrand(user))
  if (serviceAccount) return context.vouch(ServiceAccount.addBrand(serviceAccount))
  return null
}
