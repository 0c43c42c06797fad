/** The paths that have their own handlers. The dispatcher contains one for each. */
export const SERVED_PATHS = [
  '/graphql',
  '/export/costs.csv',
  '/instance/health',
  '/notices/stop',
  '/token',
  '/token/revoke',
  '/leaks/github',
  '/demo/v1/chat/completions',
  '/health/live',
  '/health/ready',
  '/health/authorize',
] as const

export type ServedPath = (typeof SERVED_PATHS)[number]

export const isServedPath = (path: string): path is ServedPath => SERVED_PATHS.some((served) => served === path)

/** Pages of the console, except those of an organization, whose paths begin with `/o/`. */
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

/** Whether the console has a page at a path. The browser decides what it shows. */
export const isConsolePath = (path: string): boolean => CONSOLE_PAGES.includes(path) || path.startsWith('/o/')

/** Whether a path shows the playground of an organization, which may send requests to the inference endpoint. */
export const isPlaygroundPath = (path: string): boolean => /^\/o\/[^/]+\/playground\/?$/.test(path)

const firstOf = (path: string): string => path.split('/')[1] ?? ''

const FIRST = new Set(['assets', 'auth', 'o', ...[...SERVED_PATHS, ...CONSOLE_PAGES].map(firstOf)])

/**
 * Whether a path begins like a path that the server serves. Such a path cannot be used as the prefix: `/auth/token`
 * would then have two meanings. The forward-auth endpoint serves every path that begins with its name.
 */
export const isServedFirst = (path: string): boolean =>
  path !== '/' && (FIRST.has(firstOf(path)) || path.startsWith('/authorize'))
