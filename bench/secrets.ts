import { hash } from 'node:crypto'
import { checksum } from '@keyward/engine/secret'

/** The secret of the nth key in a data set, with a valid checksum. `SECRETS` computes the same in SQL. */
export function secretOf(n: number): string {
  const body = `kw_proj_${hash('sha256', `bench ${n}`).slice(0, 43)}`
  return body + checksum(body)
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const POWERS = [916_132_832, 14_776_336, 238_328, 3_844, 62, 1]

const digits = POWERS.map((power) => `substr('${ALPHABET}', (crc32(b.body::bytea) / ${power} % 62)::int + 1, 1)`)

/** Query for `n` and `secret` of keys $1 to $2. Generates a million secrets within seconds. */
export const SECRETS = `
  SELECT n, b.body || ${digits.join(' || ')} AS secret
    FROM generate_series($1::bigint, $2::bigint) AS n,
         LATERAL (SELECT 'kw_proj_' || substr(encode(sha256(('bench ' || n)::bytea), 'hex'), 1, 43) AS body) AS b`

/**
 * Yields all key numbers in scattered order, without repetition, because the stride and the number of keys are coprime.
 */
export function* scattered(of: number, from: number): Generator<number, never> {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
  let stride = Math.floor(of * 0.618)
  while (gcd(of, stride) !== 1) stride += 1
  for (let at = (from * stride) % of; ; at = (at + stride) % of) yield at
}
