import { addressOf } from './address.ts'

/** The page to open after sign-in: `graphiql`, or a path of this console. Anything else could lead to another site. */
export function pathAfterSignIn(next: string | undefined): string {
  if (next === 'graphiql') return '/graphql'
  return next && /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next) ? next : '/'
}

/** Opens it. GraphiQL is a page of its own, which the router does not know. */
export const enter = (next: string | undefined): void => location.assign(addressOf(pathAfterSignIn(next)))
