/** Paths that have their own handler in the dispatcher. */
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

/** Whether a path belongs to the console. The browser decides which page it shows. */
export const isConsolePath = (path: string): boolean => CONSOLE_PAGES.includes(path) || path.startsWith('/o/')

/** Whether a path is an organization's playground, which may send requests to the inference endpoint. */
export const isPlaygroundPath = (path: string): boolean => /^\/o\/[^/]+\/playground\/?$/.test(path)

const firstOf = (path: string): string => path.split('/')[1] ?? ''

const FIRST = new Set(['assets', 'auth', 'o', ...[...SERVED_PATHS, ...CONSOLE_PAGES].map(firstOf)])

/**
 * Whether a path begins like one that the server serves. Such a path cannot be the prefix, because `/auth/token`, for
 * example, would be ambiguous. The forward-auth endpoint serves every path that begins with its name.
 */
export const isServedFirst = (path: string): boolean =>
  path !== '/' && (FIRST.has(firstOf(path)) || path.startsWith('/authorize'))
