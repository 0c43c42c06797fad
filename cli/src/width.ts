/** Counts the columns of a terminal that a text takes. */
export type WidthOf = (text: string) => number

const IS_PLAIN = /^[ -~…]*$/

/**
 * A simple measure for these texts. A measure for all of Unicode takes a while to load, and most tables do not need it.
 */
export async function widthFor(texts: readonly string[]): Promise<WidthOf> {
  if (texts.every((text) => IS_PLAIN.test(text))) return (text) => text.length
  return (await import('string-width')).default
}
