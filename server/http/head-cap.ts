import { REQUEST_CAPS } from './request-caps.ts'

/**
 * Whether the target and the headers of a fetch Request are larger than a listening server accepts. On a socket, Node
 * itself answers headers over 16 KiB with 431, which also limits the length of a GET. Libraries take superlinear time
 * to read long headers.
 */
export function isHeadTooLarge({ url, headers }: Request): boolean {
  let size = url.length
  for (const [name, value] of headers) size += name.length + value.length
  return size > REQUEST_CAPS.headBytes
}

export const headTooLarge = (): Response => new Response(null, { status: 431 })
