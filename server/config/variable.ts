import { z } from 'zod'

/** An environment variable: its schema, and its description for errors. */
export interface Variable<T> {
  /** Describes valid values. Appended to "expected" in errors. */
  expected: string
  /** The default, as a value or in words. */
  unset: string
  /** Whether the value is a secret, which no message may contain. */
  secret?: true
  schema: z.ZodType<T, string>
}

export const variable = <T>(definition: Variable<T>): Variable<T> => definition

/** A whole number within bounds. */
export const integer = (from: number, to: number): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(from).max(to))

/** A URL with one of the given protocols. */
export const url = (protocols: string[]): z.ZodType<URL, string> =>
  z.string().transform((text, context) => {
    const parsed = URL.canParse(text) ? new URL(text) : null
    if (parsed && protocols.includes(parsed.protocol)) return parsed
    context.addIssue({ code: 'custom', message: 'not such a URL' })
    return z.NEVER
  })

/** Splits a list at its commas. */
export const list = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
