const BROWSERS = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const
const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Mac OS X', 'macOS'],
  ['Windows', 'Windows'],
  ['Linux', 'Linux'],
] as const

const find = (agent: string, names: readonly (readonly [string, string])[]): string | undefined =>
  names.find(([part]) => agent.includes(part))?.[1]

/** The name of a device, such as `Chrome on Linux`. A program is shown with its own user agent. */
export function deviceOf(agent: string | null): string {
  if (!agent) return 'Unknown device'
  const [browser, system] = [find(agent, BROWSERS), find(agent, SYSTEMS)]
  if (browser && system) return `${browser} on ${system}`
  return browser ?? agent.slice(0, 40)
}
