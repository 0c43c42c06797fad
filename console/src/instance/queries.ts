import { queryOptions } from '@tanstack/react-query'
import { addressOf } from '../app/address.ts'
import { INSTANCE } from '../app/instance.ts'
import type { InstanceHealth } from './figures.ts'

/** The health of the instance. Null for people who are not operators of the instance. */
export const instanceHealthQuery = queryOptions({
  queryKey: ['instance', 'health'],
  queryFn: async ({ signal }): Promise<InstanceHealth | null> => {
    if (!INSTANCE.hasOperators) return null
    const response = await fetch(addressOf('/instance/health'), { signal, headers: { accept: 'application/json' } })
    if (response.status === 403) return null
    if (!response.ok) throw new Error(`The server responded with ${response.status}.`)
    return response.json()
  },
})
