import { useState } from 'react'

/** The first value that is present: later ones must not start a stream anew. */
export function useFirst(value: string | null | undefined): string | undefined {
  const [first, setFirst] = useState<string>()
  if (first === undefined && value) setFirst(value)
  return first ?? value ?? undefined
}
