import type { RequestErrorCode } from '@keyward/schema/core/errors'

/** A refusal before or beside the graph, in the form in which the graph answers errors. */
export function errorResponse(
  status: number,
  error: { code: RequestErrorCode; message: string; requestId: string },
  headers: Record<string, string> = {},
): Response {
  const { code, message, requestId } = error
  return Response.json({ errors: [{ message, extensions: { code, requestId } }] }, { status, headers })
}

/** The same response with more headers. Existing ones are replaced. */
export function withHeaders(response: Response, headers: Record<string, string>): Response {
  try {
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
    return response
  } catch {
    // Headers of redirects and of fetched responses cannot be changed.
    const copied = new Headers(response.headers)
    for (const [name, value] of Object.entries(headers)) copied.set(name, value)
    return new Response(response.body, { status: response.status, statusText: response.statusText, headers: copied })
  }
}

/** The body of a request, read up to a limit; null when it is larger. */
export const readBody = (request: Request, limit: number): Promise<Uint8Array<ArrayBuffer> | null> =>
  readChunks(request.body ?? [], request.headers.get('content-length'), limit)

/** The same of a body that comes in pieces. */
export async function readChunks(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  contentLength: string | null,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (Number(contentLength ?? 0) > limit) return null
  const read: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.byteLength
    if (size > limit) return null
    read.push(chunk)
  }
  return new Uint8Array(Buffer.concat(read))
}
