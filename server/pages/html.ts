/** The part of every page's policy that keeps it out of frames and its forms at home. */
export const FRAMING = "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** Escapes text for an attribute in double quotes. */
export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
