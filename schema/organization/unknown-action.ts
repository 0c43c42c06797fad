import { RequestError } from '../core/errors.ts'
import { ACTIONS } from '../core/policy.ts'

/** Refuses an action that the policy table does not have. */
export const unknownAction = (): RequestError =>
  new RequestError('BAD_REQUEST', `There is no such action. The actions are: ${ACTIONS.join(', ')}.`)
