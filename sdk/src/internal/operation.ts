/** An operation of sdk/operations: its document, and the path of its result in the data. */
export interface Operation<Result> {
  /** The method: `apiKeys.create`. */
  readonly name: string
  /** The document. */
  readonly text: string
  /** Response names from the root to the result. */
  readonly path: readonly string[]
  readonly isMutation?: true
  /** Whether its input takes an idempotency key, so that it is safe to retry. */
  readonly takesIdempotencyKey?: true
  /** Whether null in the root field causes a NotFoundError. */
  readonly throwsNotFound?: true
  /** The expected type of the result, if the field can return several types. */
  readonly typename?: string
  /** The field of the payload that is the result. */
  readonly unwrap?: string
  /** Never set. It only declares the type of the result. */
  readonly result?: Result
}

/** An operation whose result is its only root field. */
export type RootOperation<Result> = Pick<Operation<Result>, 'name' | 'text' | 'typename' | 'unwrap' | 'result'>

/** A document with the fragments that it uses. */
export const join = (...texts: string[]): string => texts.join('')

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** The name of an operation in its document: `ApiKeysCreate`. */
const titled = (name: string): string => name.split('.').map(capital).join('')

/**
 * Builds the document of a query from its text after the name. Generated code and bundles contain only the differences.
 * @param name The method: `apiKeys.get`.
 * @param rest The document after its name.
 */
export function query<Result>(
  name: string,
  rest: string,
  path: readonly string[],
  fragments: readonly string[] = [],
  more?: Pick<Operation<Result>, 'throwsNotFound' | 'typename' | 'unwrap'>,
): Operation<Result> {
  return { name, text: `query ${titled(name)}${rest}${fragments.join('')}`, path, ...more }
}

/**
 * Builds the document of a mutation, which takes one `input` and returns its payload or an error. Generated code and bundles
 * stay small because they contain only the differences.
 * @param name The method: `apiKeys.create`.
 * @param field The field of Mutation: `apiKeyCreate`.
 * @param selected The selection of the payload.
 * @param fragments The text of every used fragment.
 */
export function mutation<Result>(
  name: string,
  field: string,
  selected: string,
  fragments: readonly string[],
  more?: Pick<Operation<Result>, 'unwrap' | 'takesIdempotencyKey'>,
): Operation<Result> {
  const type = capital(field)
  const typename = `${type}Payload`
  const answer = `{__typename ...on ${typename}{${selected}}...Problem}`
  const text = `mutation ${titled(name)}($input:${type}Input!){${field}(input:$input)${answer}}${fragments.join('')}`
  return { name, text, path: [field], isMutation: true, typename, ...more }
}

/** A document with the types of its variables and its data, as GraphQL Code Generator writes them in string mode. */
export interface TypedDocument<Data, Variables> {
  toString(): string
  readonly __apiType?: ((variables: Variables) => Data) | undefined
}
