import { z } from 'zod'

/** Maximum number of origins of one child token. */
export const MAX_ORIGINS = 10
/** The longest origin. */
export const MAX_ORIGIN = 255

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]'])

/** The characters of a host as browsers write it. A URL may also have others, such as `*`, which match no page. */
const HOST = /^[a-z0-9._-]+$|^\[[0-9a-f:]+\]$/

/**
 * Reads the origin of a web page, and writes it as browsers send it in `Origin`: `https://app.example.com`. Pages of
 * this machine may use http. Null for other texts: a path and `null` match no page, and a wildcard matches more than
 * one.
 */
export function readOrigin(text: string): string | null {
  if (text.length > MAX_ORIGIN || !URL.canParse(text)) return null
  const { protocol, hostname, origin, href } = new URL(text)
  const isSafe = protocol === 'https:' || (protocol === 'http:' && LOCAL.has(hostname))
  return isSafe && HOST.test(hostname) && href === `${origin}/` ? origin : null
}

const INVALID =
  'Must be the origin of a web page, such as `https://app.example.com`: a scheme and a host, without a path. `http` is only for localhost.'

/** Origins of web pages, as browsers write them. Empty: all. */
export const origins = z
  .array(
    z.string().transform((text, context) => {
      const origin = readOrigin(text)
      if (origin !== null) return origin
      context.addIssue({ code: 'custom', message: INVALID })
      return z.NEVER
    }),
  )
  .max(MAX_ORIGINS, { error: `May have at most ${MAX_ORIGINS} origins.` })
  .transform((list) => [...new Set(list)])
