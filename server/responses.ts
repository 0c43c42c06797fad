import type { RequestErrorCode } from '@keyward/schema/errors'

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
export async function readBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) return null
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > limit) return null
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}
