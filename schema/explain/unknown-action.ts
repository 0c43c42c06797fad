import { RequestError } from '../core/errors.ts'
import { ACTIONS } from '../core/policy.ts'

/** The error for an action that the policy table does not have. */
export const unknownAction = (): RequestError =>
  new RequestError('BAD_REQUEST', `Unknown action. Actions: ${ACTIONS.join(', ')}.`)
