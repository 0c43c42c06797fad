import type { Access } from '../core/access.ts'
import { RequestError, requiredRole } from '../core/errors.ts'
import { type Action, rolesFor, type Target } from '../core/policy.ts'
import type { GraphContext } from './context.ts'

/*
 * Guards by an action of the policy table. The built schema contains the action (`extensions.action`), where errors,
 * the authorization test and the docs read it.
 */

/** Guards a type: reading any of its fields requires the action. */
export const guardType = <Parent>(action: Action, target: (parent: Parent) => Target) => ({
  authScopes: (parent: Parent, context: GraphContext) => context.access.can(action, target(parent)),
  extensions: { action },
})

/** Guards a field, which must be nullable: without the action it is null, with FORBIDDEN at its path. */
export const guardField = <Parent>(action: Action, target: (parent: Parent) => Target) => ({
  authScopes: (parent: Parent, _args: object, context: GraphContext) => context.access.can(action, target(parent)),
  extensions: { action },
})

/** Throws FORBIDDEN unless the actor can perform the action that an argument additionally requires. */
export function requireToAsk(access: Access, action: Action, target: Target): void {
  if (access.can(action, target)) return
  const allowedRoles = rolesFor(action)
  throw new RequestError('FORBIDDEN', `You may not use this argument (${action}). ${requiredRole(allowedRoles)}`, {
    action,
    allowedRoles,
  })
}
