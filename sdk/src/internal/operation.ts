/** An operation of sdk/operations: its document, and the path of its result in the data. */
export interface Operation<Result> {
  /** The SDK method: `apiKeys.create`. */
  readonly name: string
  /** The GraphQL document. */
  readonly text: string
  /** Response names on the way from the root to the result. */
  readonly path: readonly string[]
  readonly isMutation?: true
  /** Whether the input accepts an idempotency key, which makes retries safe. */
  readonly takesIdempotencyKey?: true
  /** Whether a null root field causes a NotFoundError. */
  readonly throwsNotFound?: true
  /** The result's expected `__typename`, if the field can return several types. */
  readonly typename?: string
  /** The payload field that is the result. */
  readonly unwrap?: string
  /** Never set. Only declares the result's type. */
  readonly result?: Result
}

/** An operation whose result is its only root field. */
export type RootOperation<Result> = Pick<Operation<Result>, 'name' | 'text' | 'typename' | 'unwrap' | 'result'>

/** Joins a document with the fragments that it uses. */
export const join = (...texts: string[]): string => texts.join('')

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** An operation's name in its document: `ApiKeysCreate`. */
const titled = (name: string): string => name.split('.').map(capital).join('')

/**
 * Builds a query document. Generated code and bundles then contain only the text that differs between queries.
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
 * Builds a mutation document: one `input`, and a payload or an error as the result. Generated code and bundles then
 * contain only the text that differs between mutations.
 * @param name The method: `apiKeys.create`.
 * @param field The field of Mutation: `apiKeyCreate`.
 * @param selected The payload's selection.
 * @param fragments The text of each fragment that is used.
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

/** A document typed with its variables and data, as GraphQL Code Generator writes it in string mode. */
export interface TypedDocument<Data, Variables> {
  toString(): string
  readonly __apiType?: ((variables: Variables) => Data) | undefined
}
