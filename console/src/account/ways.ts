import { queryOptions } from '@tanstack/react-query'
import { readSignInWays } from '../app/auth.ts'

/** The ways in which the signed-in person can sign in. */
export const waysQuery = queryOptions({ queryKey: ['sign-in-ways'], queryFn: readSignInWays })
