import { containsSecret } from '@keyward/engine/secret'
import { z } from 'zod'
import { ValidationError } from './errors.ts'

/** NUL and unpaired surrogates cannot be stored. */
const storable = (value: string): boolean => !value.includes('\u0000') && value.isWellFormed()

const UNSTORABLE = 'Must not contain NUL or unpaired surrogates.'

/** A secret in a name or a description would be readable in lists and in the audit log, which nobody can edit. */
const isPublic = (value: string): boolean => !containsSecret(value)

const SECRET = 'Must not contain a secret. Remove it, and rotate the secret if others have seen it.'

/** A string of bounded length that may contain secrets. The caller removes them before anything is stored. */
export const textWithSecrets = (max: number) =>
  z
    .string()
    .refine((value) => value.length <= max, { error: `Must have at most ${max} characters.`, abort: true })
    .refine(storable, { error: UNSTORABLE, abort: true })
    .meta({ maxLength: max })

/**
 * A string of bounded length that can be stored. Its metadata contain the length, so that descriptions can be checked.
 */
export const text = (max: number) =>
  textWithSecrets(max).refine(isPublic, { error: SECRET, abort: true }).meta({ maxLength: max })

/** A list of bounded length. The length is checked before the entries are read. */
export const listOf = <Entry extends z.ZodType>(
  entry: Entry,
  most: number,
  error = `May have at most ${most} entries.`,
) => z.array(z.custom<z.input<Entry>>()).max(most, { error, abort: true }).pipe(z.array(entry))

/** Control characters, and characters that reorder or hide visible text. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\u115F\u1160\u3164\uFFA0]/u

/** Joiners of some scripts and emoji. They are kept, but ignored in comparisons. */
const JOINERS = /[\u200C\u200D]/gu

/** Scripts with letters that look alike. */
const ALIKE = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
]

const mixesAlike = (name: string): boolean =>
  (name.match(/[\p{L}\p{M}]+/gu) ?? []).some((word) => ALIKE.filter((script) => script.test(word)).length > 1)

const length = (name: string): number => [...name].length

/** Length of a name, in characters. */
export const MAX_NAME = 100
const TOO_LONG = `Must have at most ${MAX_NAME} characters.`

/**
 * Maximum number of UTF-16 units of a name before it is normalized, which takes quadratic time. A decomposed character
 * has at most three.
 */
const NAME_UNITS = 3 * MAX_NAME

/** A name that people read: trimmed, NFC, not blank, without invisible or confusable characters. */
export const name = () =>
  z
    .string()
    .refine((value) => value.length <= NAME_UNITS, { error: TOO_LONG, abort: true })
    .refine(storable, { error: UNSTORABLE, abort: true })
    .refine(isPublic, { error: SECRET, abort: true })
    .transform((value) => value.normalize('NFC').trim())
    .refine((value) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(value), { error: 'Must not be blank.', abort: true })
    .refine((value) => length(value) <= MAX_NAME, { error: TOO_LONG, abort: true })
    .refine((value) => !UNSEEN.test(value.replace(JOINERS, '')), {
      error: 'Must not contain control, formatting or bidirectional characters.',
      abort: true,
    })
    .refine((value) => !mixesAlike(value), {
      error:
        'Must not mix letters of scripts that look alike (such as Latin and Cyrillic) in one word. Write it in one script.',
    })
    .meta({ maxLength: MAX_NAME })

/** The form in which names are compared: without case, width, joiners and repeated spaces. */
export const nameKey = (value: string): string =>
  value.normalize('NFKC').replace(JOINERS, '').toLowerCase().normalize('NFKC').replace(/\s+/gu, ' ').trim()

/** Length of an e-mail address. */
export const MAX_EMAIL = 254

/** An e-mail address, lower-cased. */
export const email = () =>
  text(MAX_EMAIL)
    .transform((value) => value.trim().toLowerCase())
    .pipe(z.email({ error: 'Must be an e-mail address.' }))

/** Parses an input, or throws ValidationError with all its issues. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw new ValidationError(
    result.error.issues.map((issue) => ({ path: issue.path.map(String), message: issue.message })),
  )
}
