import { INSTANCE } from './instance.ts'

/** The address of one of this instance's paths, for everything but the router, which adds the prefix itself. */
export const addressOf = (path: string): string => INSTANCE.prefix + path
