/** An operation of sdk/operations: its document, and how its answer is found in the data. */
export interface Operation<Result> {
  /** The method: `apiKeys.create`. */
  readonly name: string
  /** The document. */
  readonly text: string
  /** Response names from the root to the answer. */
  readonly path: readonly string[]
  readonly isMutation?: true
  /** Whether its input takes an idempotency key, so that it may be repeated. */
  readonly takesIdempotencyKey?: true
  /** Whether a root field that answers null is a NotFoundError. */
  readonly throwsNotFound?: true
  /** The type that the answer has to be of, where it could be of another. */
  readonly typename?: string
  /** The one field of a payload that is the answer by itself. */
  readonly unwrap?: string
  /** What it answers. Never set: it carries the type. */
  readonly result?: Result
}

/** A document with the fragments that it uses. */
export const join = (...texts: string[]): string => texts.join('')

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/**
 * A mutation as the graph has them: it takes one `input`, and answers its payload or one of its errors. Said once, so that
 * what is generated, and every program that ships it, holds only what tells one from the other.
 * @param name The method: `apiKeys.create`.
 * @param field The field of Mutation: `apiKeyCreate`.
 * @param selected What is asked for of the payload.
 * @param fragments The text of every fragment that is used.
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
  const operation = name.split('.').map(capital).join('')
  const text = `mutation ${operation}($input:${type}Input!){${field}(input:$input)${answer}}${fragments.join('')}`
  return { name, text, path: [field], isMutation: true, typename, ...more }
}

/** A document with the types of its variables and of its data, as GraphQL Code Generator writes them as text. */
export interface TypedDocument<Data, Variables> {
  toString(): string
  readonly __apiType?: ((variables: Variables) => Data) | undefined
}
