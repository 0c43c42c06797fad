/** The part of every page's content security policy that forbids framing, and forms that submit to other origins. */
export const FRAMING = "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** Escapes text for an attribute in double quotes. */
export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
