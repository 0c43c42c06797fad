import type { RequestContext } from '../http/request-context.ts'

/** The context passed to Yoga. Yoga copies its properties for each request, so it has only one. */
export interface YogaContext {
  readonly http: RequestContext
}
