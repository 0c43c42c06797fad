/** Settings of the instance that the page needs before anybody signs in. The server writes them into the page. */
export interface Instance {
  /** The path under which people reach the instance, such as `/keys`. Empty without one. */
  prefix: string
  /** The instance has no account yet: the first one takes the setup token. */
  needsSetup: boolean
  signup: 'open' | 'invited' | 'closed'
  /** The name of the single sign-on provider. Null without one. */
  oidc: string | null
  /** Links for new passwords and unverified addresses are mailed. */
  sendsMail: boolean
  /** The configuration names people who may read the health of the instance. */
  hasOperators: boolean
}

function read(): Instance {
  const { instance } = document.body.dataset
  // The server fills it in; Vite's development server does not.
  const defaults: Instance = {
    prefix: '',
    needsSetup: false,
    signup: 'open',
    oidc: null,
    sendsMail: false,
    hasOperators: false,
  }
  return instance ? { ...defaults, ...JSON.parse(instance) } : defaults
}

export const INSTANCE = read()
