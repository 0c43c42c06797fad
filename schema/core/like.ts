/** Escapes the wildcards of LIKE. */
export const literally = (value: string): string => value.replace(/[\\%_]/g, '\\$&')
