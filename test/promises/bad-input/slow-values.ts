/** Marks that PostgreSQL can store and that NFC has to sort: quadratic work. */
export const combining = (pairs: number): string => `a${'\u0301\u0316'.repeat(pairs)}`

/** A cursor in base64 that holds nested lists. */
export const nestedCursor = (levels: number): string =>
  Buffer.from(`GPC:S:["id",${'['.repeat(levels)}${']'.repeat(levels)}]`).toString('base64')

const fill = (part: string, characters: number): string =>
  part.repeat(Math.ceil(characters / part.length)).slice(0, characters)

/** Texts of a length that are slow to decode, normalize, match or split. `valid` is one that the place accepts. */
export const slowTexts = (characters: number, valid: string): Record<string, string> => ({
  'ascii letters': fill('x', characters),
  'combining marks': combining(Math.floor(characters / 2) - 1),
  'lone surrogates': fill('\ud800', characters),
  NULs: fill('\u0000', characters),
  digits: fill('9', characters),
  brackets: fill('[', characters),
  'objects in objects': fill('{"a":', characters),
  spaces: `a${fill(' ', characters - 2)}a`,
  'a nested cursor': nestedCursor(Math.floor((characters * 3) / 8) - 10),
  'an address': `${fill('a.', characters - 1)}@`,
  'a secret': `kw_proj_${fill('A', characters - 8)}`,
  ligatures: fill('\ufdfa', characters),
  percents: fill('%', characters),
  commas: fill(',', characters),
  equals: fill('a=b,', characters),
  'a URL': `https://${fill('a.', characters - 8)}`,
  'a list of valid ones': fill(`${valid} `, characters),
  'a joined list of valid ones': fill(`${valid},`, characters),
  'valid ones without their end': fill(valid.slice(0, -1) || 'a', characters),
})

/** Values other than texts, as JSON of about a length. */
export const slowJson = (characters: number): Record<string, string> => ({
  'nested lists': '['.repeat(characters / 2) + ']'.repeat(characters / 2),
  'nested objects': `${'{"a":'.repeat(characters / 6)}1${'}'.repeat(characters / 6)}`,
  'a number of many digits': fill('9', characters),
  'a number with a large exponent': `1e${fill('9', characters - 2)}`,
  'a long list': `[${fill('1,', characters - 4)}1]`,
  'a list of texts': `[${fill('"a",', characters - 8)}"a"]`,
  'a list of lists': `[${'[],'.repeat(Math.floor(characters / 3) - 2)}[]]`,
  'a list of objects': `[${'{},'.repeat(Math.floor(characters / 3) - 2)}{}]`,
  'a list of decimals': `[${'1.5,'.repeat(Math.floor(characters / 4) - 2)}1.5]`,
  'a list of objects with other members': `[${Array.from({ length: Math.floor(characters / 13) }, (_, index) => `{"k${index}":1}`).join(',')}]`,
  // Fewer values than a body may have, so that only the cap on names rejects it.
  'a list of nested objects with other members': `[${Array.from({ length: Math.floor(characters / 35) }, (_, index) => `{"a${index}":{"b${index}":{"c${index}":{}}}}`).join(',')}]`,
  'many members': `{${Array.from({ length: Math.floor(characters / 12) }, (_, index) => `"k${index}":1`).join(',')}}`,
  'escaped surrogates': `"${fill('\\ud800', Math.floor(characters / 6) * 6)}"`,
})

/** Bodies that are not what any content type says. */
export const rawBodies = (bytes: number): Record<string, Buffer> => ({
  ...Object.fromEntries(Object.entries(slowJson(bytes)).map(([name, text]) => [name, Buffer.from(text)])),
  'bytes that are not UTF-8': Buffer.alloc(bytes, 0xff),
  'surrogates in UTF-8': Buffer.from(fill('eda080', Math.floor(bytes / 3) * 6), 'hex'),
  NULs: Buffer.alloc(bytes),
  'combining marks': Buffer.from(combining(Math.floor(bytes / 4) - 1)),
  ampersands: Buffer.alloc(bytes, '&'),
  'many parameters': Buffer.from(Array.from({ length: Math.floor(bytes / 9) }, (_, index) => `k${index}=1`).join('&')),
  'one parameter many times': Buffer.alloc(bytes, 'a=1&'),
  percents: Buffer.alloc(bytes, 'a=%'),
  plus: Buffer.alloc(bytes, 'query=+'),
  'nested lists in a parameter': Buffer.from(`query={a}&variables=${slowJson(bytes - 20)['nested lists']}`),
  'nested objects in a parameter': Buffer.from(`query={a}&extensions=${slowJson(bytes - 21)['nested objects']}`),
  boundaries: Buffer.alloc(bytes, '--abc\r\n'),
  parts: Buffer.alloc(bytes, '--abc\r\ncontent-disposition: form-data; name="a"\r\n\r\n\r\n'),
  lines: Buffer.alloc(bytes, '\r\n'),
  spaces: Buffer.alloc(bytes, ' '),
  braces: Buffer.alloc(bytes, '{a'),
})
