import type { Attributes } from '@opentelemetry/api'

/** A statement's text without any values. */
export interface ShownStatement {
  name: string
  attributes: Attributes
  /** The statement, truncated. */
  text: string
}

/** Maximum number of cached texts, because API callers can cause an unlimited number of different statements. */
const MOST_TEXTS = 2_000
const LONGEST_TEXT = 1_000

const VERB = /\b(SELECT|INSERT|UPDATE|DELETE|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|LISTEN|NOTIFY|TRUNCATE)\b/i
const TABLE = /\b(?:FROM|INTO|UPDATE|JOIN)\s+(?:ONLY\s+)?(?:"?public"?\s*\.\s*)?"?([a-z_][a-z_0-9]*)"?/gi
/** Words that precede a parenthesis or a function, not a table. */
const NO_TABLE = new Set(['select', 'lateral', 'unnest', 'set', 'skip', 'of'])

/**
 * Text literals and large numbers. Values are passed as parameters, so this only guards against literals in statements.
 */
const LITERALS = /'(?:[^']|'')*'|\b\d{4,}\b/g

function show(text: string): ShownStatement {
  const verb = VERB.exec(text)?.[1]?.toUpperCase() ?? 'SQL'
  const cut = text.slice(0, LONGEST_TEXT)
  // Names defined by WITH are not tables.
  const withs = new Set(
    [...cut.matchAll(/\b([a-z_][a-z_0-9]*)\s+AS\s+(?:(?:NOT\s+)?MATERIALIZED\s+)?\(/gi)].map(([, name]) =>
      name?.toLowerCase(),
    ),
  )
  const table = [...cut.matchAll(TABLE)]
    .map(([, name = '']) => name.toLowerCase())
    .find((name) => !NO_TABLE.has(name) && !withs.has(name))
  const name = table === undefined ? verb : `${verb} ${table}`
  const attributes: Attributes = {
    'db.system.name': 'postgresql',
    'db.operation.name': verb,
    'db.query.summary': name,
  }
  if (table !== undefined) attributes['db.collection.name'] = table
  return { name, attributes, text: cut.replace(LITERALS, '?').replace(/\s+/g, ' ').trim() }
}

/** Converts statements, and caches the results. */
export function statementViewer(): (text: string) => ShownStatement {
  let known = new Map<string, ShownStatement>()
  return (text) => {
    const before = known.get(text)
    if (before) return before
    if (known.size >= MOST_TEXTS) known = new Map()
    const shown = show(text)
    known.set(text, shown)
    return shown
  }
}
