/**
 * Extracts the origin form (`/path?query`) from a request target. Clients may send the absolute form
 * (`http://host/path`) to any server (RFC 9112, section 3.2.2). The host in it is ignored.
 */
export function originForm(target: string | undefined): string {
  if (target?.startsWith('/')) return target
  const rest = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\\]*(.*)$/is.exec(target ?? '')?.[1] ?? ''
  return `/${rest.replace(/^[/\\]/, '')}`
}

/** A request target's path, with dot segments unresolved. */
export const rawPathOf = (target: string | undefined): string => originForm(target).split(/[?#]/, 1)[0] ?? '/'
