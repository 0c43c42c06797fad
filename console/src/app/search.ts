/** Reads values of the address. Anybody can write an address, so unknown values are ignored. */

type Raw = Record<string, unknown>

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** An object without the values that are not set. */
export function only<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

/** Returns the value if it is one of the allowed ones. */
export function oneOf<T extends string>(value: unknown, values: readonly T[]): T | undefined {
  return values.find((one) => one === value)
}

/** Reads text parameters of the address by name. */
export const textSearch =
  <Name extends string>(...names: Name[]) =>
  (raw: Raw): { [N in Name]?: string } => {
    const read: { [N in Name]?: string } = {}
    for (const name of names) {
      const text = textOf(raw[name])
      if (text !== undefined) read[name] = text
    }
    return read
  }

export const signInSearch = textSearch('next', 'error', 'tab')

/** The result with which single sign-on returns to the account page. */
export const accountSearch = (raw: Raw) =>
  only({ error: textOf(raw.error), connected: raw.connected === true ? true : undefined })

export const RANGES = ['1', '7', '30', '90'] as const
export const GROUPS = ['CREDENTIAL', 'PROJECT', 'WORKLOAD', 'MODEL', 'LINE_ITEM', 'USER', 'CONSUMER', 'TAG'] as const

/** Returns the value if it is a calendar day such as `2027-01-31`. */
const dayOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined

/** The range, the grouping, the tag and the time zone of the costs page. */
export const costsSearch = (raw: Raw) =>
  only({
    // Either both days are given, or none.
    from: dayOf(raw.to) && dayOf(raw.from),
    to: dayOf(raw.from) && dayOf(raw.to),
    days: oneOf(String(raw.days), RANGES),
    by: oneOf(raw.by, GROUPS),
    tag: textOf(raw.tag),
    zone: textOf(raw.zone),
  })

export const DELIVERY_STATES = ['PENDING', 'DELIVERED', 'FAILED'] as const

/** The selected status and the page of a webhook's deliveries. */
export const deliveriesSearch = (raw: Raw) => ({
  ...only({ status: oneOf(raw.status, DELIVERY_STATES) }),
  ...textSearch('after', 'before')(raw),
})

export const auditSearch = textSearch('actor', 'target', 'from', 'to', 'action', 'after', 'before')
