import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

/** An issuer of identity tokens on this machine, like that of GitHub Actions. */
export interface Issuer {
  url: string
  /** Requests for its keys so far. */
  reads(): number
  /** Signs claims. Those given replace or, as undefined, remove the usual ones. */
  sign(claims?: JWTPayload): Promise<string>
  /** Signs with a new key from now on. The old one is no longer served. */
  rotate(): Promise<void>
  /** Answers requests instead of the issuer. */
  answerBy(listener: RequestListener | null): void
  close(): Promise<void>
}

export const AUDIENCE = 'http://127.0.0.1:4000'

export async function startIssuer(): Promise<Issuer> {
  let count = 0
  let reads = 0
  let other: RequestListener | null = null
  const newKey = async () => {
    count += 1
    const { privateKey, publicKey } = await generateKeyPair('RS256')
    const kid = `key-${count}`
    return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } }
  }
  let key = await newKey()
  const server = createServer((request, response) => {
    if (other) return other(request, response)
    response.setHeader('content-type', 'application/json')
    if (request.url === '/.well-known/openid-configuration')
      return response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }))
    reads += 1
    response.end(JSON.stringify({ keys: [key.jwk] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    reads: () => reads,
    sign: (claims = {}) => {
      const now = Math.floor(Date.now() / 1_000)
      const usual = {
        iss: url,
        aud: AUDIENCE,
        sub: 'repo:octo/app:ref:refs/heads/main',
        repository: 'octo/app',
        ref: 'refs/heads/main',
        iat: now,
        nbf: now,
        exp: now + 300,
      }
      return new SignJWT({ ...usual, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: key.kid })
        .sign(key.privateKey)
    },
    rotate: async () => {
      key = await newKey()
    },
    answerBy: (listener) => {
      other = listener
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
