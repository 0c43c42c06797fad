/* The flows of the console by page, and who has each, on the demo organization. */

/**
 * The Owner, the ADMIN, the MEMBER (an ADMIN of Research, who has no role in Production) and the external collaborator
 * (a MEMBER of Production).
 */
export const ROLES = { O: 'owner', A: 'admin', M: 'member', X: 'external' } as const
export type Letter = keyof typeof ROLES

/** The people who have a flow: letters of their roles. Each other finds it absent. */
type Who = string

interface PageOfRole {
  /** The address, with `{organization}`, `{production}`, `{research}`, `{key}` and `{researchKey}`. */
  at: string
  /** The people to whom the page opens. To others it explains who can help. */
  opens: Who
  /** The buttons of the page. One that is missing here fails the test. */
  buttons?: Record<string, Who>
  /** The entries of a menu of the page. */
  menus?: Record<string, Record<string, Who>>
}

const EVERYBODY = 'OAMX'
const OF_KEY = {
  Rename: 'OAX',
  'Set expiration': 'OAX',
  'Create child token': 'OAX',
  'Set limits': 'OA',
  'Set scopes': 'OA',
  Pause: 'OAX',
  'Report as leaked': 'OAX',
  Revoke: 'OAX',
}
const everyEntry = (who: Who) => Object.fromEntries(Object.keys(OF_KEY).map((name) => [name, who]))
const PERSON = {
  'Change name': EVERYBODY,
  'Change password': EVERYBODY,
  'Set up': EVERYBODY,
  'Set notices': EVERYBODY,
  'Erase account…': EVERYBODY,
  'Sign out': EVERYBODY,
}
const SETTINGS = ['Set limits', 'Limit a consumer', 'Set key policy', 'Add trust', 'Save', 'Change']
/** The settings of a project that its ADMINs may change. */
const settingsFor = (who: Who) => Object.fromEntries(SETTINGS.map((name) => [name, who]))

/** Every route of a signed-in person. */
export const PAGES: Record<string, readonly PageOfRole[]> = {
  '/welcome': [{ at: '/welcome', opens: EVERYBODY, buttons: { 'Create organization': EVERYBODY } }],
  '/device': [{ at: '/device', opens: EVERYBODY, buttons: { Continue: EVERYBODY } }],
  '/account': [{ at: '/account', opens: EVERYBODY, buttons: PERSON }],
  '/instance': [{ at: '/instance', opens: '' }],
  '/o/$organizationId/keys': [
    {
      at: '{organization}/keys',
      opens: EVERYBODY,
      buttons: { 'Create key': EVERYBODY },
      menus: { 'Actions for Website chat': { Open: 'OAX', ...OF_KEY, Rotate: 'OAX' } },
    },
  ],
  '/o/$organizationId/projects': [
    { at: '{organization}/projects', opens: EVERYBODY, buttons: { 'Create project': 'OA' } },
  ],
  '/o/$organizationId/costs': [{ at: '{organization}/costs', opens: 'OA', buttons: { CSV: 'OA' } }],
  '/o/$organizationId/playground': [
    {
      at: '{organization}/playground',
      opens: EVERYBODY,
      buttons: { Send: EVERYBODY, 'Copy as curl': EVERYBODY },
    },
  ],
  '/o/$organizationId/members': [
    {
      at: '{organization}/members',
      opens: 'OAM',
      buttons: { 'Invite member': 'OA', 'Cancel newcomer@acme.example': 'OA' },
      menus: {
        'Actions for Mei Tanaka': { 'Offer the ownership': 'O', 'Make admin': 'OA', Remove: 'OA', Leave: 'M' },
      },
    },
  ],
  '/o/$organizationId/service-accounts': [
    {
      at: '{organization}/service-accounts',
      opens: 'OA',
      buttons: { 'Create service account': 'OA' },
      menus: { 'Actions for Deployment pipeline': { 'Rotate token': 'OA', Remove: 'OA' } },
    },
  ],
  '/o/$organizationId/webhooks': [{ at: '{organization}/webhooks', opens: 'OA', buttons: { 'Create webhook': 'OA' } }],
  '/o/$organizationId/webhooks/$webhookId': [
    {
      at: '{organization}/webhooks/{webhook}',
      opens: 'OA',
      buttons: { 'Send test': 'OA', 'Send failed again': 'OA', Change: 'OA', 'Rotate secret': 'OA', Remove: 'OA' },
    },
  ],
  '/o/$organizationId/audit': [{ at: '{organization}/audit', opens: 'OA' }],
  '/o/$organizationId/settings': [
    {
      at: '{organization}/settings',
      opens: 'OA',
      buttons: {
        Rename: 'OA',
        'Set limits': 'OA',
        'Limit a tag': 'OA',
        'Set key policy': 'OA',
        Save: 'OA',
        'Pause organization': 'OA',
        'Copy secret': 'O',
        'Retire the secret': 'O',
        Regenerate: 'O',
        'Delete organization': 'O',
      },
    },
  ],
  '/o/$organizationId/projects/$projectId': [
    {
      at: '{production}',
      opens: 'OAX',
      buttons: { 'Create key': 'OAX' },
      menus: {
        'Actions for Nightly batch': { Open: 'OAX', ...OF_KEY, 'Finish rotation': 'OAX', 'Undo rotation': 'OAX' },
      },
    },
    {
      at: '{research}',
      opens: 'OAM',
      buttons: { 'Create key': 'OAM' },
      menus: { 'Actions for Fine-tuning run': { Open: 'OAM', Rotate: 'OAM', ...everyEntry('OAM') } },
    },
  ],
  '/o/$organizationId/projects/$projectId/keys/$keyId': [
    {
      at: '{key}',
      opens: 'OAX',
      buttons: { 'Adjust costs': 'OA', 'Copy command': 'OAX' },
      menus: { Actions: { ...OF_KEY, Rotate: 'OAX' } },
    },
    { at: '{researchKey}', opens: 'OAM', buttons: { 'Adjust costs': 'OA', 'Copy command': 'OAM' } },
  ],
  '/o/$organizationId/projects/$projectId/collaborators': [
    {
      at: '{production}/collaborators',
      opens: 'OAX',
      buttons: { 'Invite by e-mail': 'OA', 'Add member': 'OA' },
      menus: { 'Actions for Eli Novak': { 'Make admin': 'OA', Remove: 'OA', Leave: 'X' } },
    },
    { at: '{research}/collaborators', opens: 'OAM', buttons: { 'Invite by e-mail': 'OAM', 'Add member': 'OAM' } },
  ],
  '/o/$organizationId/projects/$projectId/costs': [
    { at: '{production}/costs', opens: 'OA', buttons: { CSV: 'OA' } },
    { at: '{research}/costs', opens: 'OAM', buttons: { CSV: 'OAM' } },
  ],
  '/o/$organizationId/projects/$projectId/audit': [
    { at: '{production}/audit', opens: 'OA' },
    { at: '{research}/audit', opens: 'OAM' },
  ],
  '/o/$organizationId/projects/$projectId/settings': [
    {
      at: '{production}/settings',
      opens: 'OA',
      buttons: { ...settingsFor('OA'), 'Pause project': 'OA', 'Archive project': 'OA' },
    },
    {
      at: '{research}/settings',
      opens: 'OAM',
      buttons: { ...settingsFor('OAM'), 'Pause project': 'OA', 'Archive project': 'OA' },
    },
  ],
}
