import { isRecord } from '../internal/json.ts'
import { isTransient } from '../internal/server-errors.ts'
import { type GraphAnswer, topLevelError } from '../internal/transport.ts'
import type { ApiError } from './errors.ts'
import type { ErrorPolicy } from './options.ts'

/** Data in which any field can be null, because the viewer is not allowed to read it or reading it failed. */
export type PartialData<Data> = Data extends readonly (infer Item)[]
  ? readonly (PartialData<Item> | null)[]
  : Data extends object
    ? { readonly [Field in keyof Data]: PartialData<Data[Field]> | null }
    : Data

/** Error of one field in a response. */
export interface FieldError {
  /**
   * The field's path in the data, such as `['organization', 'usageLimits']`. The field or one of its parents is null.
   */
  readonly path: readonly (string | number)[]
  readonly error: ApiError
}

/** The data that could be read, and an error for each field that could not. */
export interface PartialResponse<Data> {
  readonly data: PartialData<Data>
  /** Empty if everything was read. */
  readonly errors: readonly FieldError[]
}

/** Result type of `request`, which depends on its error policy. */
export type Answered<Data, Policy extends ErrorPolicy> = Policy extends 'partial' ? PartialResponse<Data> : Data

const isStep = (step: unknown): step is string | number => typeof step === 'string' || typeof step === 'number'

/**
 * Reads a response for `errorPolicy: 'partial'`. Throws temporary errors, so that queries are retried. Throws the first
 * error if nothing was read.
 */
export function partialResponse<Data>({ data, errors, origin }: GraphAnswer): PartialResponse<Data> {
  const found = errors.map((error) => ({
    path: Array.isArray(error.path) ? error.path.filter(isStep) : [],
    error: topLevelError(error, origin),
  }))
  const isEmpty = !isRecord(data) || Object.values(data).every((field) => field === null)
  const thrown = found.find(({ error }) => isTransient(error)) ?? (isEmpty ? found[0] : undefined)
  if (thrown) throw thrown.error
  // `Data` is the type that the document declares for its response.
  return { data: data as PartialData<Data>, errors: found }
}
