/** The paths that have a handler of their own. The dispatcher has one for each. */
export const SERVED_PATHS = [
  '/graphql',
  '/export/costs.csv',
  '/instance/health',
  '/notices/stop',
  '/token',
  '/token/revoke',
  '/leaks/github',
  '/health/live',
  '/health/ready',
  '/health/authorize',
] as const

export type ServedPath = (typeof SERVED_PATHS)[number]

export const isServedPath = (path: string): path is ServedPath => SERVED_PATHS.some((served) => served === path)

/** Pages of the console, except those of an organization, which are under `/o/`. */
export const CONSOLE_PAGES: readonly string[] = [
  '/',
  '/sign-in',
  '/forgot-password',
  '/reset-password',
  '/verify-email',
  '/welcome',
  '/account',
  '/instance',
  '/device',
  '/invitations/accept',
]

/** Whether the console has a page at a path. The browser decides its content. */
export const isConsolePath = (path: string): boolean => CONSOLE_PAGES.includes(path) || path.startsWith('/o/')

const firstOf = (path: string): string => path.split('/')[1] ?? ''

const FIRST = new Set(['assets', 'auth', 'o', ...[...SERVED_PATHS, ...CONSOLE_PAGES].map(firstOf)])

/**
 * Whether a path begins like one that the server serves. It cannot be the prefix of all: `/auth/token` would have two
 * meanings. The forward-auth endpoint has every path that begins with its name.
 */
export const isServedFirst = (path: string): boolean =>
  path !== '/' && (FIRST.has(firstOf(path)) || path.startsWith('/authorize'))
