import { z } from 'zod'
import { text } from '../core/input.ts'
import { isWebhookEvent } from './events.ts'
import { isLocalhost, isPublic, literalAddress, UNLESS_ALLOWED } from './target.ts'

export const MAX_URL = 2_000
export const MAX_DESCRIPTION = 200

/** The URL of a webhook: https without a user. Its host is resolved when a message is sent. */
export const target = (privateTargets: boolean) =>
  text(MAX_URL).transform((value, context) => {
    const reject = (message: string) => {
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    }
    if (!URL.canParse(value)) return reject('Must be a URL such as https://example.com/webhooks.')
    const url = new URL(value)
    if (url.protocol !== 'https:' && !(privateTargets && url.protocol === 'http:')) {
      return reject(
        privateTargets ? 'Must begin with https:// or http://.' : `Must begin with https://. ${UNLESS_ALLOWED}`,
      )
    }
    if (url.username || url.password) {
      return reject('Must not contain a user name or a password. Messages are signed: verify the signature instead.')
    }
    const literal = literalAddress(url)
    if (!privateTargets && (isLocalhost(url) || (literal && !isPublic(literal.address)))) {
      return reject(`Must be an address on the public internet. ${UNLESS_ALLOWED}`)
    }
    url.hash = ''
    // Percent-encoding may have made it longer.
    return url.href.length > MAX_URL ? reject(`Must have at most ${MAX_URL} characters.`) : url.href
  })

export const description = text(MAX_DESCRIPTION)
  .transform((value) => value.normalize('NFC').trim())
  .nullish()

/** Subscribed events, each once. Empty subscribes to all. */
export const events = z
  .array(z.string().refine(isWebhookEvent, { error: 'Must be the name of an event.' }))
  .transform((names) => [...new Set(names)].sort())
