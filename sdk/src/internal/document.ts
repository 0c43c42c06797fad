/** Properties of a document that can be read without a full parser. */
export interface DocumentFacts {
  kind: 'query' | 'mutation' | 'subscription'
  /** The operation’s name. For an anonymous operation, its kind. */
  name: string
}

const IGNORED = /"""(?:\\"""|[^"]|"(?!""))*"""|"(?:\\.|[^"\\\n])*"|#[^\n]*/g

/** Finds a document's operation. Null unless there is exactly one. */
export function factsOf(document: string): DocumentFacts | null {
  const found: DocumentFacts[] = []
  let depth = 0
  let isInDefinition = false
  for (const [token] of document.replaceAll(IGNORED, ' ').matchAll(/[{}()]|[_A-Za-z]\w*(?:\s+[_A-Za-z]\w*)?/g)) {
    if (token === '{' || token === '(') {
      if (token === '{' && depth === 0 && !isInDefinition) found.push({ kind: 'query', name: 'query' })
      depth += 1
    } else if (token === '}' || token === ')') {
      depth -= 1
      if (token === '}' && depth === 0) isInDefinition = false
    } else if (depth === 0 && !isInDefinition) {
      isInDefinition = true
      const [keyword, name = keyword] = token.split(/\s+/)
      if (keyword === 'query' || keyword === 'mutation' || keyword === 'subscription') {
        found.push({ kind: keyword, name: name ?? keyword })
      }
    }
  }
  return found.length === 1 ? (found[0] ?? null) : null
}
