/** Settings of the instance that the page needs before sign-in. The server writes them into the page. */
export interface Instance {
  /** The path under which people reach the instance, such as `/keys`. Empty without one. */
  prefix: string
  /** Whether the instance has no account yet. The first account requires the setup token. */
  needsSetup: boolean
  signup: 'open' | 'invited' | 'closed'
  /** The name of the single sign-on provider. Null without one. */
  oidc: string | null
  /** Whether the instance mails links for new passwords and for verifying addresses. */
  sendsMail: boolean
  /** Whether the configuration names people who may read the health of the instance. */
  hasOperators: boolean
  /** Base URL of the playground's inference endpoint. Null if there is none. */
  inferenceUrl: string | null
}

function read(): Instance {
  const { instance } = document.body.dataset
  // The server replaces this placeholder. Vite's development server does not.
  const defaults: Instance = {
    prefix: '',
    needsSetup: false,
    signup: 'open',
    oidc: null,
    sendsMail: false,
    hasOperators: false,
    inferenceUrl: null,
  }
  return instance ? { ...defaults, ...JSON.parse(instance) } : defaults
}

export const INSTANCE = read()
