/** What one request may ask for. docs/limits.md lists these; clients that need more ask in several requests. */
export const LIMITS = {
  /** Bytes of a request's body. */
  bodyBytes: 1_048_576,
  /** Characters of a document. */
  documentCharacters: 65_536,
  /** Tokens of a document. */
  tokens: 2_000,
  /** Fields written in a document. */
  fields: 500,
  /** Fields that a document stands for when every fragment is put in place. */
  expandedFields: 2_000,
  /** Levels of fields, counted with fragments in place. */
  depth: 15,
  /** Aliases in a document. */
  aliases: 30,
  /** Directives in a document. */
  directives: 30,
  /** Fields at the top of an operation. */
  rootFields: 20,
  /** Levels of lists and objects in the variables, and in values written in a document. */
  valueDepth: 20,
  /** Lists, objects and other values in the variables. */
  values: 50_000,
  /** Time for a whole request that is not a subscription. */
  milliseconds: 10_000,
} as const
