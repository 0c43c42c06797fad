/** SHA-256 of a text, in hexadecimal digits. Computed synchronously if the runtime can do so, such as Node.js. */
export type Hash = (text: string) => string | Promise<string>

/** Runtimes with `node:crypto` load it with `getBuiltinModule`. An import would fail in bundles for other runtimes. */
declare const process:
  | { getBuiltinModule?: (name: string) => { hash?: (algorithm: string, text: string) => string } | undefined }
  | undefined

/** Finds the fastest SHA-256 of the runtime. */
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
 * Reads the secret from the headers of a request. Returns null if the request carries none. Returns an empty string if
 * it carries two different secrets; the request is then denied.
 */
export type SecretReader = (header: (name: string) => string | null | undefined) => string | null

/** Reads `Authorization: Bearer`. */
export const readBearer: SecretReader = (header) =>
  /^Bearer +([!-~]{1,4096})$/i.exec(header('authorization')?.trim() ?? '')?.[1] ?? null

/** Reads a header of a request. A secret that is passed directly has no headers. */
export function headerOf(source: SecretSource, name: string): string | null | undefined {
  if (typeof source === 'string') return null
  const { headers } = source
  const value = isHeaders(headers) ? headers.get(name) : headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

/** Reads the secret of a request. */
export const secretOf = (source: SecretSource, read: SecretReader): string | null =>
  typeof source === 'string' ? source || null : read((name) => headerOf(source, name))
