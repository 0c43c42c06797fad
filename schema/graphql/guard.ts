import type { Action, Target } from '../core/policy.ts'
import type { GraphContext } from './context.ts'

/*
 * Guards by an action of the policy table. The action stays readable in the built schema (`extensions.action`): errors,
 * the authorization test and the docs take it from there.
 */

/** Guards a type: nobody reads any field of it who may not do the action to it. */
export const guardType = <Parent>(action: Action, target: (parent: Parent) => Target) => ({
  authScopes: (parent: Parent, context: GraphContext) => context.access.can(action, target(parent)),
  extensions: { action },
})

/** Guards a field, which has to be nullable: who may not read it gets null, and FORBIDDEN on its path. */
export const guardField = <Parent>(action: Action, target: (parent: Parent) => Target) => ({
  authScopes: (parent: Parent, _args: object, context: GraphContext) => context.access.can(action, target(parent)),
  extensions: { action },
})
