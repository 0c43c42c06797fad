/** Notified when a change event is inserted. */
export const CHANGES_CHANNEL = 'keyward_changes'

/** Notified when holders of leases should return their unused amounts. */
export const RECALLS_CHANNEL = 'keyward_recalls'

/** A channel of notifications. */
export type Channel = typeof CHANGES_CHANNEL | typeof RECALLS_CHANNEL
