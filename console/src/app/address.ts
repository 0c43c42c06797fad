import { INSTANCE } from './instance.ts'

/** The address of one of this instance's paths. The router does not need it, because it adds the prefix itself. */
export const addressOf = (path: string): string => INSTANCE.prefix + path
