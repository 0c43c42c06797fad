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

/** A document with the types of its variables and of its data, as GraphQL Code Generator writes them as text. */
export interface TypedDocument<Data, Variables> {
  toString(): string
  readonly __apiType?: ((variables: Variables) => Data) | undefined
}
