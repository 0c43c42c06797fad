/** Request caps, documented in docs/limits.md. Larger work must be split into several requests. */
export const REQUEST_CAPS = {
  /** Bytes of the request target and headers, as in Node.js. */
  headBytes: 16_384,
  /** Bytes of a body. */
  bodyBytes: 1_048_576,
  /** Bytes of a GraphQL request body that is not JSON, because such a body is not checked before it is parsed. */
  formBytes: 65_536,
  /** Bytes of a body under /auth, where all inputs are short. */
  authBodyBytes: 16_384,
  /** Characters of a document. */
  documentCharacters: 65_536,
  /** Tokens of a document. */
  tokens: 2_000,
  /** Fields written in a document. */
  fields: 500,
  /** Fields in a document with its fragments expanded. */
  expandedFields: 2_000,
  /** Depth of fields with fragments expanded. */
  depth: 15,
  /** Aliases in a document. */
  aliases: 30,
  /** Directives in a document. */
  directives: 30,
  /** Root fields of an operation. */
  rootFields: 20,
  /** Nesting of lists and objects in variables and literals. */
  valueDepth: 20,
  /** Distinct member names in a JSON body. */
  memberNames: 1_000,
  /** Lists, objects and other values in the variables. */
  values: 50_000,
  /** Entries of one list in the variables. */
  listEntries: 5_000,
  /** Characters of one string in the variables. */
  stringCharacters: 16_384,
  /** Time limit of a request that is not a subscription. */
  milliseconds: 10_000,
} as const
