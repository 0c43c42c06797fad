import { useState } from 'react'

/** The first value that is present. Later values are ignored, because they must not restart a stream. */
export function useFirst(value: string | null | undefined): string | undefined {
  const [first, setFirst] = useState<string>()
  if (first === undefined && value) setFirst(value)
  return first ?? value ?? undefined
}
