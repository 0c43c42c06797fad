import { skip } from '@prisma/client/runtime/client'

/** In place of an argument's value: the query runs as if that argument had not been given. */
export const LEFT_OUT = skip
