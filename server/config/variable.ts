import { z } from 'zod'

/** An environment variable: its schema, and how an error describes it. */
export interface Variable<T> {
  /** Description of valid values, to be appended to "expected". */
  expected: string
  /** Its default, as a value or in words. */
  unset: string
  /** Whether its value is a secret, which no message may contain. */
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

/** A URL of one of the protocols. */
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
