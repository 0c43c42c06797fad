import { skip } from '@prisma/client/runtime/client'

/** Stands in for the value of an argument that the query is to ignore. */
export const LEFT_OUT = skip
