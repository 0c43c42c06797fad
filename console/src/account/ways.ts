import { queryOptions } from '@tanstack/react-query'
import { readSignInWays } from '../app/auth.ts'

/** The signed-in person's sign-in methods. */
export const waysQuery = queryOptions({ queryKey: ['sign-in-ways'], queryFn: readSignInWays })
