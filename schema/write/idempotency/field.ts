/** The input field of every mutation that shows a secret or a link. */
export const IDEMPOTENCY_KEY = {
  description:
    'Makes repeating safe: within 24 hours the same key with the same input gets the same answer, with another input a ConflictError. 22 to 255 characters, at least 128 random bits; the server keeps only a hash of it.',
} as const
