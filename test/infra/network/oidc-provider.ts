import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

/** A person at the provider. */
export interface Profile {
  email: string
  /** The claim `email_verified`; absent if not given. */
  emailVerified?: boolean
}

/** A running provider of single sign-on. */
export interface OidcProvider {
  /** The environment of a Keyward server that trusts this provider. */
  environment: NodeJS.ProcessEnv
  /** Adds a person. Returns their subject. */
  add(profile: Profile): string
  /** Decides who signs in where a browser comes without `login_hint`. Null denies the sign-in. */
  choose(subject: string | null): void
  /** Signs a person in at an authorization URL, as a browser does. Returns the URL that the provider redirects back to. */
  authorize(authorizationUrl: string, subject: string): Promise<string>
  close(): Promise<void>
}

const CLIENT = { id: 'keyward', secret: 'the secret of a test client' }

/** Follows redirects with cookies until one leaves the origin. */
async function followRedirects(url: URL): Promise<string> {
  const cookies = new Map<string, string>()
  for (let at = url, hops = 0; hops < 10; hops += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(at, { headers: { cookie }, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`The provider answered ${response.status}: ${await response.text()}`)
    at = new URL(location, at)
    if (at.origin !== url.origin) return at.href
  }
  throw new Error('The provider redirects without end')
}

/** Starts an OpenID provider on 127.0.0.1 that signs in the person named by `login_hint`, without asking. */
export async function startOidcProvider(redirectUri: string): Promise<OidcProvider> {
  const people = new Map<string, Profile>()
  let chosen: string | null = null
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    clientDefaults: { token_endpoint_auth_method: 'client_secret_post' },
    jwks: { keys: [{ ...key, kty: 'RSA', use: 'sig', alg: 'RS256', kid: 'test' }] },
    cookies: { keys: [randomUUID()] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({ clientId: CLIENT.id, accountId: oidc.session?.accountId ?? '' })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
    findAccount: (_context, subject) => {
      const profile = people.get(subject)
      if (!profile) return undefined
      const { email, emailVerified } = profile
      const verified = emailVerified === undefined ? {} : { email_verified: emailVerified }
      return { accountId: subject, claims: () => ({ sub: subject, name: 'Ada', email, ...verified }) }
    },
  })
  const answer = provider.callback()
  const handle: RequestListener = async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return answer(request, response)
    const { params } = await provider.interactionDetails(request, response)
    const subject = params.login_hint === undefined ? chosen : String(params.login_hint)
    const result = subject === null ? { error: 'access_denied' } : { login: { accountId: subject } }
    return provider.interactionFinished(request, response, result)
  }
  return {
    environment: {
      KEYWARD_OIDC_ISSUER: issuer,
      KEYWARD_OIDC_CLIENT_ID: CLIENT.id,
      KEYWARD_OIDC_CLIENT_SECRET: CLIENT.secret,
    },
    add(profile) {
      const subject = randomUUID()
      people.set(subject, profile)
      return subject
    },
    choose(subject) {
      chosen = subject
    },
    authorize(authorizationUrl, subject) {
      const url = new URL(authorizationUrl)
      url.searchParams.set('login_hint', subject)
      return followRedirects(url)
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
