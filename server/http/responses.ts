import type { RequestErrorCode } from '@keyward/schema/core/errors'

/** An error outside the graph, in the format of GraphQL errors. */
export function errorResponse(
  status: number,
  error: { code: RequestErrorCode; message: string; requestId: string; outcome?: string },
  headers: Record<string, string> = {},
): Response {
  const { message, ...extensions } = error
  return Response.json({ errors: [{ message, extensions }] }, { status, headers })
}

const GRAPHQL_JSON = 'application/graphql-response+json'

/** A content type for an error body that the request accepts. */
export const errorTypeFor = (request: Request): { 'content-type': string } => ({
  'content-type': request.headers.get('accept')?.includes(GRAPHQL_JSON) ? GRAPHQL_JSON : 'application/json',
})

/** Sets response headers, replacing existing ones. */
export function withHeaders(response: Response, headers: Record<string, string>): Response {
  return withChangedHeaders(response, (changed) => {
    for (const [name, value] of Object.entries(headers)) changed.set(name, value)
  })
}

/** Adds cookies to a response. */
export const withCookies = (response: Response, cookies: readonly string[]): Response =>
  withChangedHeaders(response, (changed) => {
    for (const cookie of cookies) changed.append('set-cookie', cookie)
  })

function withChangedHeaders(response: Response, change: (headers: Headers) => void): Response {
  try {
    change(response.headers)
    return response
  } catch {
    // Headers of redirects and of fetched responses are immutable.
    const copied = new Headers(response.headers)
    change(copied)
    return new Response(response.body, { status: response.status, statusText: response.statusText, headers: copied })
  }
}

/** Reads a body up to a limit, in bytes. Null if the body is larger. */
export const readBody = (request: Request, limit: number): Promise<Uint8Array<ArrayBuffer> | null> =>
  readChunks(request.body ?? [], request.headers.get('content-length'), limit)

/** Reads chunks up to a limit, in bytes. Null if there are more bytes. */
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
