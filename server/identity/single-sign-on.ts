import type { Database } from '@keyward/prisma/database'
import type { BetterAuthOptions } from 'better-auth'
import { genericOAuth } from 'better-auth/plugins'
import type { ServerConfig } from '../config/config.ts'
import { authRequests } from './auth-request.ts'
import { personName } from './person-name.ts'
import { refuseSingleSignOn } from './sign-up-policy.ts'

/** Provider id of single sign-on: `POST /auth/sign-in/social { provider: 'oidc' }`. */
export const OIDC_PROVIDER = 'oidc'

/** Some providers send boolean claims as text. */
const isTrue = (claim: unknown): boolean => claim === true || claim === 'true'

/** Configures the single sign-on provider. Empty if there is none. */
export function oidcPlugins(config: ServerConfig, database: Database) {
  if (!config.oidc) return []
  const { issuer, clientId, clientSecret, name } = config.oidc
  return [
    genericOAuth({
      config: [
        {
          providerId: OIDC_PROVIDER,
          name,
          discoveryUrl: `${issuer}/.well-known/openid-configuration`,
          clientId,
          clientSecret,
          scopes: ['openid', 'email', 'profile'],
          pkce: true,
          requireIdTokenVerification: true,
          disableProviderLogout: true,
          mapProfileToUser: async (profile) => {
            const request = authRequests.getStore()
            if (request) {
              // Decided here, because better-auth creates the account inside its own transaction, where a second
              // connection could deadlock.
              request.ssoRefusal = await refuseSingleSignOn(config, database, {
                email: typeof profile.email === 'string' ? profile.email : '',
                isVerified: isTrue(profile.email_verified),
              })
            }
            return { name: personName(profile.name) ?? personName(profile.email) ?? 'Unnamed' }
          },
        },
      ],
    }),
  ]
}

type ValidateUserInfo = NonNullable<NonNullable<BetterAuthOptions['user']>['validateUserInfo']>

/** Applies the single sign-on decision when better-auth creates the account. Password sign-up has its own check. */
export const validateUserInfo: ValidateUserInfo = ({ source }) => {
  if (source.action !== 'create-user' || source.method === 'email-password') return
  const refusal = authRequests.getStore()?.ssoRefusal
  if (refusal === undefined) throw new Error('Single sign-on creates an account that was not checked')
  if (refusal) return { error: refusal.code, errorDescription: refusal.message }
}
