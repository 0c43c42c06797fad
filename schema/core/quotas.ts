/** Default quotas. The operator can change each; docs/limits.md lists them. */
export const DEFAULT_LIMITS = {
  /** Live keys of one project: neither revoked nor expired. */
  apiKeysPerProject: 10_000,
  /** Projects of one organization, including archived projects. */
  projectsPerOrganization: 1_000,
  /** Open invitations of one organization. */
  invitationsPerOrganization: 500,
  serviceAccountsPerOrganization: 200,
  /** Organizations that one person owns. */
  organizationsPerOwner: 50,
  collaboratorsPerProject: 1_000,
  resourcesPerProject: 10_000,
  /** Live playground tokens of one person. */
  playgroundTokensPerPerson: 20,
  /** Live child tokens of one key. */
  childTokensPerKey: 10_000,
  webhooksPerOrganization: 20,
  trustsPerProject: 50,
  /** Live tokens of one trust. */
  tokensPerTrust: 1_000,
} as const satisfies Record<string, number>

/** Maximum number of mailed invitations per day: to an address, by a sender, and by an organization. */
export const INVITATION_MAILS = { perRecipient: 5, perSender: 100, perOrganization: 300 }

/**
 * Number of unknown secrets that a client address, or a gateway, may present to each server process before its look-ups
 * wait: `burst` at once, and one more after each interval. `waiting` requests of a source wait at a time; more are
 * denied.
 */
export const UNKNOWN_SECRETS = {
  perAddress: { bound: { burst: 100, intervalMs: 100 }, waiting: 100 },
  perGateway: { bound: { burst: 1_000, intervalMs: 10 }, waiting: 10_000 },
}

/** How long changes are retained, so that `apiKeyChanges(after:)` can resume from them. */
export const CHANGES_KEPT_DAYS = 30

/** Concurrent streams per server process. The reserved ones are only for organizations with fewer than `mostReserved` streams. */
export const STREAMS = {
  perActor: 20,
  perProcess: 2_000,
  organization: { most: 200, reserved: 500, mostReserved: 5 },
}

/** Gateway streams: every gateway process opens one, and several processes can use the same token. */
export const GATEWAY_STREAMS = { perActor: 1_000, perProcess: 2_000 }

export type Limits = Record<keyof typeof DEFAULT_LIMITS, number>
