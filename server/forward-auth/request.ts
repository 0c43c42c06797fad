import type { IncomingMessage } from 'node:http'
import { readBody, readChunks } from '../http/responses.ts'
import type { DoorAnswer, DoorRequest } from './authorize.ts'

/** The door's question out of a fetch Request. */
export const askedByRequest = (request: Request, path: string): DoorRequest => ({
  method: request.method,
  path,
  header: (name) => request.headers.get(name),
  body: (limit) => readBody(request, limit),
})

/** The same out of Node's own request: to make a Request of it would cost more than all the rest of the answer. */
export function askedByMessage(incoming: IncomingMessage, path: string): DoorRequest {
  const headers = headersOf(incoming)
  const header = (name: string) => headers.get(name) ?? null
  return {
    method: incoming.method ?? 'GET',
    path,
    header,
    body: (limit) => readChunks(incoming, header('content-length'), limit),
  }
}

/** Headers as fetch has them: what was sent more than once is one list, where Node would take the first of some. */
function headersOf({ rawHeaders }: IncomingMessage): Map<string, string> {
  const headers = new Map<string, string>()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = [rawHeaders[at]?.toLowerCase(), rawHeaders[at + 1]]
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return headers
}

/** The answer as a fetch Response. */
export const doorResponse = ({ status, headers, body }: DoorAnswer): Response =>
  new Response(body, { status, headers: { 'content-type': 'application/json', ...headers } })
