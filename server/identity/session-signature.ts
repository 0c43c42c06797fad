import { createHmac } from 'node:crypto'

/** better-auth's signature of tokens in cookies. A signed token is `TOKEN.SIGNATURE`. */
export const signatureOf = (token: string, secret: string): string =>
  createHmac('sha256', secret).update(token).digest('base64')
