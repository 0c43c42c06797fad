import type { SecretSource } from '../secret.ts'

/** Whether the request is a browser's CORS preflight, which carries no secret. */
export function isPreflight(source: SecretSource): boolean {
  if (typeof source === 'string' || !('method' in source) || source.method !== 'OPTIONS') return false
  const { headers } = source
  const has = (name: string) =>
    'get' in headers && typeof headers.get === 'function' ? headers.get(name) !== null : name in headers
  return has('origin') && has('access-control-request-method')
}
