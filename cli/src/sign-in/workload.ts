import { readFile } from 'node:fs/promises'
import { exchangeIdentityToken } from '@keyward/sdk'
import { CommandError, EXIT_CODES } from '../exit-codes.ts'

const { env } = process

const fail = (message: string): never => {
  throw new CommandError(message, EXIT_CODES.authentication)
}

/** Requests a token for the running GitHub Actions job. Errors must not quote the request or its response. */
async function tokenOfGitHub(url: string, secret: string, audience: string): Promise<string> {
  const asked = new URL(url)
  asked.searchParams.set('audience', audience)
  const headers = { authorization: `Bearer ${secret}` }
  const answer: unknown = await fetch(asked, { headers, redirect: 'error', signal: AbortSignal.timeout(10_000) })
    .then((response) => response.json())
    .catch(() => null)
  const value = typeof answer === 'object' && answer !== null && 'value' in answer ? answer.value : null
  return typeof value === 'string' ? value : fail('GitHub Actions gave no identity token. Try again.')
}

/** Obtains the identity token of the workload that runs this command. */
async function identityToken(audience: string): Promise<string> {
  const { KEYWARD_ID_TOKEN: given, KEYWARD_ID_TOKEN_FILE: file } = env
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret } = env
  if (given) return given
  if (file)
    return (await readFile(file, 'utf8').catch(() => fail('The file of KEYWARD_ID_TOKEN_FILE cannot be read.'))).trim()
  if (url && secret) return tokenOfGitHub(url, secret, audience)
  return fail(
    'KEYWARD_TRUST needs an identity token: set KEYWARD_ID_TOKEN or KEYWARD_ID_TOKEN_FILE, or in GitHub Actions the permission `id-token: write`.',
  )
}

/** Exchanges the workload's identity token for a token under the trust in KEYWARD_TRUST. */
export async function tokenOfWorkload(trust: string, baseUrl: string, timeout: number | undefined): Promise<string> {
  const given = { trust, identityToken: await identityToken(env.KEYWARD_ID_TOKEN_AUDIENCE || baseUrl) }
  return (await exchangeIdentityToken(given, { baseUrl, timeout })).token
}
