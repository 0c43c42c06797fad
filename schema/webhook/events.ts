/** The events of webhooks. */
export const WEBHOOK_EVENTS = [
  'API_KEY_CREATED',
  'API_KEY_UPDATED',
  'API_KEY_ROTATED',
  'API_KEY_ROTATION_FINISHED',
  'API_KEY_ROTATION_UNDONE',
  'API_KEY_REVOKED',
  'API_KEY_PAUSED',
  'API_KEY_RESUMED',
  'API_KEY_LEAKED',
  'LEGACY_KEY_LEAKED',
  'SERVICE_ACCOUNT_TOKEN_LEAKED',
  'PLAYGROUND_TOKEN_LEAKED',
  'BUDGET_ALERT',
  'USAGE_ADJUSTED',
  'API_KEY_DENIALS_JUMPED',
  'API_KEY_EXPIRES_SOON',
  'API_KEY_UNUSED',
  'API_KEY_CREATOR_LEFT',
  'API_KEY_ROTATION_DUE',
  'API_KEY_ROTATION_SAFE_TO_FINISH',
  'WEBHOOK_FAILING',
  'ORGANIZATION_DELETION_SCHEDULED',
  'ORGANIZATION_DELETION_CANCELLED',
  'PROJECT_DELETED',
  'WEBHOOK_TEST',
] as const

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number]

/** The event of each audited action. Other actions are only in the audit log. */
const EVENTS: Readonly<Record<string, WebhookEvent>> = {
  'apiKey.created': 'API_KEY_CREATED',
  'apiKey.imported': 'API_KEY_CREATED',
  'apiKey.updated': 'API_KEY_UPDATED',
  'apiKey.scopesSet': 'API_KEY_UPDATED',
  'apiKey.expirationSet': 'API_KEY_UPDATED',
  'apiKey.limitsSet': 'API_KEY_UPDATED',
  'apiKey.rotated': 'API_KEY_ROTATED',
  'apiKey.rotationFinished': 'API_KEY_ROTATION_FINISHED',
  'apiKey.rotationUndone': 'API_KEY_ROTATION_UNDONE',
  'apiKey.revoked': 'API_KEY_REVOKED',
  'apiKey.paused': 'API_KEY_PAUSED',
  'apiKey.resumed': 'API_KEY_RESUMED',
  'apiKey.leakReported': 'API_KEY_LEAKED',
  'legacyKey.leakReported': 'LEGACY_KEY_LEAKED',
  'serviceAccount.leakReported': 'SERVICE_ACCOUNT_TOKEN_LEAKED',
  'playground.leakReported': 'PLAYGROUND_TOKEN_LEAKED',
  'budget.alerted': 'BUDGET_ALERT',
  'usage.adjusted': 'USAGE_ADJUSTED',
  'apiKey.denialsJumped': 'API_KEY_DENIALS_JUMPED',
  'apiKey.expiresSoon': 'API_KEY_EXPIRES_SOON',
  'apiKey.unused': 'API_KEY_UNUSED',
  'apiKey.creatorLeft': 'API_KEY_CREATOR_LEFT',
  'apiKey.rotationDue': 'API_KEY_ROTATION_DUE',
  'apiKey.rotationSafeToFinish': 'API_KEY_ROTATION_SAFE_TO_FINISH',
  'webhook.failing': 'WEBHOOK_FAILING',
  'organization.deletionScheduled': 'ORGANIZATION_DELETION_SCHEDULED',
  'organization.deletionCancelled': 'ORGANIZATION_DELETION_CANCELLED',
  'project.deletionRequested': 'PROJECT_DELETED',
}

/** The webhook event of an audited action; undefined if it has none. */
export const eventOf = (action: string): WebhookEvent | undefined =>
  Object.hasOwn(EVENTS, action) ? EVENTS[action] : undefined

/** Whether a string is the name of an event. */
export const isWebhookEvent = (name: string): name is WebhookEvent => WEBHOOK_EVENTS.some((event) => event === name)
