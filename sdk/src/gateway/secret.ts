/** SHA-256 of a text, in hexadecimal digits. Computed synchronously if the runtime supports it, as Node.js does. */
export type Hash = (text: string) => string | Promise<string>

/** `getBuiltinModule` loads `node:crypto` where it exists. An import would fail in bundles for other runtimes. */
declare const process:
  | { getBuiltinModule?: (name: string) => { hash?: (algorithm: string, text: string) => string } | undefined }
  | undefined

/** Finds the runtime's fastest SHA-256. */
export function findHash(): Hash {
  const native = typeof process === 'undefined' ? undefined : process.getBuiltinModule?.('node:crypto')?.hash
  if (native) return (text) => native('sha256', text)
  const encoder = new TextEncoder()
  return async (text) => {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text)))
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  }
}

/** The source of a secret: a Web or Node request, its headers, or the secret itself. */
export type SecretSource =
  | string
  | { readonly headers: { get(name: string): string | null } | Readonly<Record<string, string | string[] | undefined>> }

const isHeaders = (headers: object): headers is { get(name: string): string | null } =>
  typeof (headers as { get?: unknown }).get === 'function'

/**
 * Reads the secret from a request's headers. Returns null if they contain none. Returns an empty string if they contain
 * two different secrets; the request is then denied.
 */
export type SecretReader = (header: (name: string) => string | null | undefined) => string | null

/** Reads `Authorization: Bearer`. */
export const readBearer: SecretReader = (header) =>
  /^Bearer +([!-~]{1,4096})$/i.exec(header('authorization')?.trim() ?? '')?.[1] ?? null

/** Reads a request header. A secret that is passed directly has no headers. */
export function headerOf(source: SecretSource, name: string): string | null | undefined {
  if (typeof source === 'string') return null
  const { headers } = source
  const value = isHeaders(headers) ? headers.get(name) : headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

/** Reads a request's secret. */
export const secretOf = (source: SecretSource, read: SecretReader): string | null =>
  typeof source === 'string' ? source || null : read((name) => headerOf(source, name))
