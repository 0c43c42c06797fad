import { SEALED } from '@keyward/schema/sealed-value/values'
import { SECOND_FACTORS } from './second-factor-sealing.ts'

/** All kinds of values that are sealed with the key-encryption keys. */
export const SEALED_KINDS = [...SEALED, SECOND_FACTORS] as const
