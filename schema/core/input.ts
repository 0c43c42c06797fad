import { z } from 'zod'
import { ValidationError } from './errors.ts'

/** NUL and lone surrogates cannot be stored; no input may carry them. */
const storable = (value: string): boolean => !value.includes('\u0000') && value.isWellFormed()

const UNSTORABLE = 'Contains NUL or half of a surrogate pair.'

/** A string that can be stored, of a bounded length in characters. */
export const text = (max: number) =>
  z
    .string()
    .refine(storable, { error: UNSTORABLE, abort: true })
    .refine((value) => value.length <= max, { error: `May have at most ${max} characters.`, abort: true })

/** Control characters, and characters that reorder or hide what people see. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\u115F\u1160\u3164\uFFA0]/u

/** Joiners that words of some scripts and emoji are spelled with; they are kept, and ignored in comparisons. */
const JOINERS = /[\u200C\u200D]/gu

/** Scripts whose letters are commonly mistaken for one another. */
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

/** A name that people read: trimmed, NFC, 1 to 100 characters, without what cannot be seen or passes for something else. */
export const name = () =>
  z
    .string()
    .refine((value) => value.length <= 10_000, { error: 'May have at most 100 characters.', abort: true })
    .refine(storable, { error: UNSTORABLE, abort: true })
    .transform((value) => value.normalize('NFC').trim())
    .refine((value) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(value), { error: 'Must not be blank.', abort: true })
    .refine((value) => length(value) <= 100, { error: 'May have at most 100 characters.', abort: true })
    .refine((value) => !UNSEEN.test(value.replace(JOINERS, '')), {
      error: 'Must not contain control, formatting or bidirectional characters.',
      abort: true,
    })
    .refine((value) => !mixesAlike(value), {
      error:
        'A word of it mixes letters of scripts that look alike (such as Latin and Cyrillic). Write it in one script.',
    })

/** How names are compared for uniqueness: case, width, joiners and runs of spaces make no difference. */
export const nameKey = (value: string): string =>
  value.normalize('NFKC').replace(JOINERS, '').toLowerCase().normalize('NFKC').replace(/\s+/gu, ' ').trim()

/** An e-mail address, lower-cased. */
export const email = () =>
  text(254)
    .transform((value) => value.trim().toLowerCase())
    .pipe(z.email({ error: 'Is not an e-mail address.' }))

/** Reads an input, or says what to change about each part of it. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw new ValidationError(
    result.error.issues.map((issue) => ({ path: issue.path.map(String), message: issue.message })),
  )
}
