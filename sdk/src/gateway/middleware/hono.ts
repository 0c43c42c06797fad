import { admit, type Guarding, type GuardOptions, guard, isFailure } from './admission.ts'

export { type Admission, admissionOf, type GuardOptions } from './admission.ts'

/** Members of Hono's context that the middleware uses. */
export interface HonoContext {
  readonly req: { readonly raw: Request }
  readonly res: Response
  readonly error: Error | undefined
}

/**
 * Hono middleware. Passes on requests that the gateway allows. Denied requests get the same response as from the
 * forward-auth endpoint. Handlers get the admission from `admissionOf(context)`.
 */
export const requireApiKey =
  <Context extends HonoContext>(gateway: Guarding, options: GuardOptions<Context> = {}) =>
  async (context: Context, next: () => Promise<void>): Promise<Response | undefined> => {
    const guarded = await guard(gateway, context.req.raw, context, options)
    if (guarded.refusal) {
      const { body, ...init } = guarded.refusal
      return new Response(body, init)
    }
    admit(context, guarded.admission)
    try {
      await next()
    } catch (error) {
      guarded.ended(true)
      throw error
    }
    for (const [name, value] of Object.entries(guarded.headers)) context.res.headers.set(name, value)
    guarded.ended(context.error !== undefined || isFailure(context.res.status))
    return undefined
  }
