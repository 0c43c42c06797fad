/** The page to open after sign-in: `graphiql`, or a path of this console. Anything else could lead to another site. */
export function pathAfterSignIn(next: string | undefined): string {
  if (next === 'graphiql') return '/graphql'
  return next && /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next) ? next : '/'
}
