/** Maximum number of patterns of one key or key policy. */
export const MAX_MODELS = 100
/** The longest pattern: as long as the longest slug. */
export const MAX_PATTERN = 200

/** A slug, or a slug prefix that ends with `*`: `meta/*`. */
export const isModelPattern = (text: string): boolean =>
  text !== '' && text.length <= MAX_PATTERN && /^[!-)+-~]*\*?$/.test(text)

const matches = (pattern: string, slug: string): boolean =>
  pattern.endsWith('*') ? slug.startsWith(pattern.slice(0, -1)) : pattern === slug

/** Whether one of some patterns matches a slug. An empty list allows every model. */
export const isModelAllowed = (patterns: readonly string[], slug: string): boolean =>
  patterns.length === 0 || patterns.some((pattern) => matches(pattern, slug))

/** Whether everything that a pattern matches is also matched by a list of patterns. */
export const isWithinPatterns = (patterns: readonly string[], inner: string): boolean =>
  patterns.some((pattern) =>
    inner.endsWith('*') ? pattern.endsWith('*') && matches(pattern, inner.slice(0, -1)) : matches(pattern, inner),
  )

/**
 * The patterns of the models that both lists match. Undefined if there are none. An empty list allows all, as
 * everywhere.
 */
export function commonPatterns(outer: readonly string[], inner: readonly string[]): readonly string[] | undefined {
  if (outer.length === 0 || inner.length === 0) return [...outer, ...inner]
  const common = [
    ...inner.filter((each) => isWithinPatterns(outer, each)),
    ...outer.filter((each) => isWithinPatterns(inner, each)),
  ]
  return common.length === 0 ? undefined : [...new Set(common)]
}
