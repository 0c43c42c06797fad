import { addressOf } from './address.ts'
import { pathAfterSignIn } from './next.ts'

/** Opens the page after sign-in. GraphiQL is a separate page, which the router does not know. */
export const enter = (next: string | undefined): void => location.assign(addressOf(pathAfterSignIn(next)))
