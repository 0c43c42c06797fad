/**
 * Writes a name in quotes, so that it cannot pass for text of the mail, and so that mail programs make no link of it:
 * "example.com" becomes "example[.]com".
 */
export const quoted = (name: string): string =>
  `"${name
    .replaceAll(/["\u201c-\u201f\u00ab\u00bb]/g, "'")
    .replaceAll(/:(?=\/)/g, '[:]')
    .replaceAll(/[.\u3002\uff0e\uff61](?=\S)/g, '[.]')
    .replaceAll(/[@\uff20]/g, '[at]')}"`
