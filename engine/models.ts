/** Maximum number of patterns of one key or key policy. */
export const MAX_MODELS = 100
/** The longest pattern: as long as the longest slug. */
export const MAX_PATTERN = 200

/** A slug, or the beginning of slugs and `*`: `meta/*`. */
export const isModelPattern = (text: string): boolean =>
  text !== '' && text.length <= MAX_PATTERN && /^[!-)+-~]*\*?$/.test(text)

const matches = (pattern: string, slug: string): boolean =>
  pattern.endsWith('*') ? slug.startsWith(pattern.slice(0, -1)) : pattern === slug

/** Whether one of some patterns matches a slug. Without patterns, every model is allowed. */
export const isModelAllowed = (patterns: readonly string[], slug: string): boolean =>
  patterns.length === 0 || patterns.some((pattern) => matches(pattern, slug))

/** Whether a pattern matches nothing that a list of patterns does not match. */
export const isWithinPatterns = (patterns: readonly string[], inner: string): boolean =>
  patterns.some((pattern) =>
    inner.endsWith('*') ? pattern.endsWith('*') && matches(pattern, inner.slice(0, -1)) : matches(pattern, inner),
  )

/** The patterns of the models that both lists match. Undefined if there are none; empty allows all, as everywhere. */
export function commonPatterns(outer: readonly string[], inner: readonly string[]): readonly string[] | undefined {
  if (outer.length === 0 || inner.length === 0) return [...outer, ...inner]
  const common = [
    ...inner.filter((each) => isWithinPatterns(outer, each)),
    ...outer.filter((each) => isWithinPatterns(inner, each)),
  ]
  return common.length === 0 ? undefined : [...new Set(common)]
}
