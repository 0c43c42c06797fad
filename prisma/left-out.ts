import { skip } from '@prisma/client/runtime/client'

/** The value of an argument that the query must ignore. */
export const LEFT_OUT = skip
