import { readFileSync } from 'node:fs'
import { DECISION_HEADERS } from '@keyward/server/forward-auth/answer'
import { QUESTION_HEADERS } from '@keyward/server/forward-auth/question'
import { expect, test } from 'vitest'

/** The headers that an nginx configuration sets or clears in a location. */
function headersSetIn(file: string, location: string): string[] {
  const text = readFileSync(file, 'utf8')
  const place = text.slice(text.indexOf(`location ${location} {`))
  const block = place.slice(0, place.search(/\n\s*\}/))
  return [...block.matchAll(/proxy_set_header (Keyward-[\w-]+) /gi)].map(([, name = '']) => name.toLowerCase())
}

// Failed before: a client could name its own consumer and resource, and so charge the limits of another end customer.
test.each(['docs/verification.md'])(
  'the nginx configuration in %s sets or clears every header that /authorize reads',
  (file) => {
    expect(headersSetIn(file, '= /keyward').sort()).toEqual(
      ['keyward-gateway', ...Object.values(QUESTION_HEADERS)].sort(),
    )
  },
)

// Failed before: an inference server that reports usage charged the consumer that a client had named.
test('the nginx configuration sets or clears every header that an inference server might trust', () => {
  expect(headersSetIn('docs/verification.md', '/').sort()).toEqual(['keyward-gateway', ...DECISION_HEADERS].sort())
})

test.each([
  ['docs/recipes.md', 'request_header -Keyward-*'],
  ['docs/verification.md', 'remove_on_match: { key_matcher: { prefix: keyward-, ignore_case: true } }'],
])('%s removes every Keyward header that a client sends: %s', (file, line) => {
  expect(readFileSync(file, 'utf8')).toContain(line)
})
