import { admit, type Guarding, type GuardOptions, guard } from './admission.ts'
import { onEnd, type Writing } from './node-response.ts'

export { type Admission, admissionOf, type GuardOptions } from './admission.ts'

/** Members of Fastify's request that the hook uses. */
export interface FastifyRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The client's address, which depends on Fastify's setting `trustProxy`. */
  readonly ip: string
}

/** Members of Fastify's reply that the hook uses. */
export interface FastifyReply {
  readonly raw: Writing
  code(status: number): unknown
  headers(headers: Record<string, string>): unknown
  send(body: string): unknown
  hijack(): unknown
}

/**
 * Fastify hook: use it as `onRequest`, or as `preHandler` if `ask` reads the body. Passes on requests that the gateway
 * allows for the address in `request.ip`. Denied requests get the same response as from the forward-auth endpoint.
 * Handlers get the admission from `admissionOf(request)`.
 */
export const requireApiKey =
  <Request extends FastifyRequest>(gateway: Guarding, options: GuardOptions<Request> = {}) =>
  async (request: Request, reply: FastifyReply): Promise<unknown> => {
    const guarded = await guard(gateway, request, request, options, request.ip)
    if (guarded.refusal) {
      const { status, headers, body } = guarded.refusal
      reply.code(status)
      reply.headers({ ...headers })
      reply.send(body)
      return reply
    }
    reply.headers({ ...guarded.headers })
    admit(request, guarded.admission)
    if (!onEnd(reply.raw, guarded.ended)) return undefined
    reply.hijack()
    return reply
  }
