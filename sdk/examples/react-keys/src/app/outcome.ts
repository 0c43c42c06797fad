interface Outcome {
  /** Of an error of the union. */
  readonly message?: string | null | undefined
  /** Of the payload of a mutation that returns one. */
  readonly secret?: string | null | undefined
  readonly apiKey?: unknown
}

/** The result of a mutation. Throws the server's words if it is an error. */
export function outcomeOf(result: Outcome | null | undefined): { secret: string } {
  if (result?.message) throw new Error(result.message)
  return { secret: result?.secret ?? '' }
}
