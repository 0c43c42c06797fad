import { type createAuthMiddleware, getIP } from 'better-auth/api'

type HookContext = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0]

/** The client's address in the form that sessions store. Null if unknown. */
export const addressOf = ({ headers, context }: Pick<HookContext, 'headers' | 'context'>): string | null =>
  headers ? getIP(headers, context.options) : null
