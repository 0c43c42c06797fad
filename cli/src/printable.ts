/** Replaces line breaks and control characters, because names chosen by other users can contain escape sequences. */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�')
