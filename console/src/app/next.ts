const DOTS = /^(?:\.|%2e){1,2}$/i

/** Whether a path has a segment that browsers resolve. It could lead out of the console's prefix. */
const hasDots = (path: string): boolean =>
  /^[^?#]*/
    .exec(path)?.[0]
    .split('/')
    .some((part) => DOTS.test(part)) ?? false

/** The page to open after sign-in: `graphiql`, or a path of this console. Anything else could lead to another site. */
export function pathAfterSignIn(next: string | undefined): string {
  if (next === 'graphiql') return '/graphql'
  return next && /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next) && !hasDots(next) ? next : '/'
}
