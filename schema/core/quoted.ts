/**
 * Writes a name in quotes. It cannot pass for text of the mail, and mail programs do not turn it into a link:
 * "example.com" becomes "example[.]com".
 */
export const quoted = (name: string): string =>
  `"${name
    .replaceAll(/["\u201c-\u201f\u00ab\u00bb]/g, "'")
    .replaceAll(/:(?=\/)/g, '[:]')
    .replaceAll(/[.\u3002\uff0e\uff61](?=\S)/g, '[.]')
    .replaceAll(/[@\uff20]/g, '[at]')}"`
