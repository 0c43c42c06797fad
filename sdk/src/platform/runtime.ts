// Browsers and some workers have no `process`.
declare const process: { env?: Record<string, string | undefined> } | undefined

/** Windows and workers of browsers are the only runtimes whose name begins with `Mozilla/`. */
export const isBrowser = (): boolean => typeof navigator !== 'undefined' && /^Mozilla\//.test(navigator.userAgent)

/** Whether requests carry the cookie of a page. */
export const isPage = (): boolean => 'document' in globalThis

/** An environment variable; undefined where the runtime has none. */
export const environmentVariable = (name: string): string | undefined =>
  typeof process === 'undefined' ? undefined : process.env?.[name]
