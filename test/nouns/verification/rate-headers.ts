/** The headers about rates that a client receives, in lower case. */
export const RATE_HEADERS: readonly string[] = [
  'ratelimit',
  'ratelimit-policy',
  ...['requests', 'tokens'].flatMap((noun) =>
    ['limit', 'remaining', 'reset'].map((value) => `x-ratelimit-${value}-${noun}`),
  ),
]
