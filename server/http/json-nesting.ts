const [QUOTE, BACKSLASH, OPEN_LIST, OPEN_OBJECT, CLOSE_LIST, CLOSE_OBJECT] = [...'"\\[{]}'].map((c) => c.charCodeAt(0))

/**
 * Whether lists and objects of a JSON text nest deeper than a limit. Checked before parsing: a megabyte of brackets takes
 * the parser a quarter of a second, and this scan two milliseconds.
 */
export function isNestedDeeper(json: string, levels: number): boolean {
  let depth = 0
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) {
      for (at += 1; at < json.length && json.charCodeAt(at) !== QUOTE; at += 1) {
        if (json.charCodeAt(at) === BACKSLASH) at += 1
      }
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      depth += 1
      if (depth > levels) return true
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
      depth -= 1
    }
  }
  return false
}
