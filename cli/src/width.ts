/** Measures a text's width in terminal columns. */
export type WidthOf = (text: string) => number

const IS_PLAIN = /^[ -~…]*$/

/**
 * Chooses a simple measure if it is sufficient for these texts. The measure for all of Unicode is slow to load, and
 * most tables do not need it.
 */
export async function widthFor(texts: readonly string[]): Promise<WidthOf> {
  if (texts.every((text) => IS_PLAIN.test(text))) return (text) => text.length
  return (await import('string-width')).default
}
