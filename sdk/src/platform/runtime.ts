// Browsers and some workers have no `process`.
declare const process: { env?: Record<string, string | undefined> } | undefined

/** Only browser windows and workers have a user agent that begins with `Mozilla/`. */
export const isBrowser = (): boolean => typeof navigator !== 'undefined' && /^Mozilla\//.test(navigator.userAgent)

/** Whether the code runs in a web page, whose requests carry its cookies. */
export const isPage = (): boolean => 'document' in globalThis

/** Reads an environment variable. Undefined in a runtime without environment variables. */
export const environmentVariable = (name: string): string | undefined =>
  typeof process === 'undefined' ? undefined : process.env?.[name]
