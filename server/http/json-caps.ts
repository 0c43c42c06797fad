import { REQUEST_CAPS } from './request-caps.ts'

const [QUOTE, BACKSLASH, COMMA, COLON, OPEN_LIST, OPEN_OBJECT, CLOSE_LIST, CLOSE_OBJECT, SPACE] = [...'"\\,:[{]} '].map(
  (c) => c.charCodeAt(0),
) as [number, number, number, number, number, number, number, number, number]

/** Number of lists and objects around the variables, and of values next to the variables. */
const AROUND = 100

/** The index of the quote that closes the string. */
function endOfString(json: string, start: number): number {
  let at = start + 1
  for (; at < json.length && json.charCodeAt(at) !== QUOTE; at += 1) {
    if (json.charCodeAt(at) === BACKSLASH) at += 1
  }
  return at
}

/**
 * Returns why a JSON text is rejected before it is parsed, or null if it is accepted. Parsing a megabyte of brackets
 * would take a quarter of a second, and a megabyte of distinct member names a tenth. This scan takes a few
 * milliseconds.
 */
export function objectToJson(json: string, levels: number): string | null {
  const names = new Set<string>()
  let [depth, values] = [0, 0]
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) {
      const start = at
      at = endOfString(json, start)
      let next = at + 1
      while (json.charCodeAt(next) <= SPACE) next += 1
      if (json.charCodeAt(next) === COLON) names.add(json.slice(start, at))
      if (names.size > REQUEST_CAPS.memberNames)
        return `has more than ${REQUEST_CAPS.memberNames} different names of members.`
      at = next - 1
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      depth += 1
      if (depth > levels) return `is nested more than ${levels} levels deep. Nest lists and objects less.`
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
      depth -= 1
    } else if (code === COMMA) {
      values += 1
      if (values > REQUEST_CAPS.values + AROUND)
        return `holds more than ${REQUEST_CAPS.values} values. Send them in several requests.`
    }
  }
  return null
}

/**
 * Whether a request has a JSON body. GET requests have their parameters in the URL, although Apollo Client sends
 * `content-type` with them.
 */
export const hasJsonBody = ({ method, headers }: Request): boolean =>
  method === 'POST' && /^application\/(graphql\+)?json\b/i.test(headers.get('content-type') ?? '')
