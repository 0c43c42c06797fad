/** The input field of every mutation that returns a secret or a link. */
export const IDEMPOTENCY_KEY = {
  description:
    'Key for safe retries: 22 to 255 characters with at least 128 random bits. For 24 hours, repeating it with the same input returns the same result. A different input returns ConflictError.',
} as const
