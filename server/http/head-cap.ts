import { REQUEST_CAPS } from './request-caps.ts'

/**
 * Whether a fetch Request's target and headers are larger than a listening server accepts. For socket requests, Node
 * responds with 431 to headers over 16 KiB, which also limits the length of a GET URL. Libraries take superlinear time
 * to read long headers.
 */
export function isHeadTooLarge({ url, headers }: Request): boolean {
  let size = url.length
  for (const [name, value] of headers) size += name.length + value.length
  return size > REQUEST_CAPS.headBytes
}

export const headTooLarge = (): Response => new Response(null, { status: 431 })
