import { z } from 'zod'
import { text } from '../core/input.ts'
import { isWebhookEvent } from './events.ts'
import { isPublic, literalAddress } from './target.ts'

export const MAX_URL = 2_000
export const MAX_DESCRIPTION = 200

/** Where messages are sent: an https:// URL without a user. Where a name leads is looked at when something is sent. */
export const target = (privateTargets: boolean) =>
  text(MAX_URL).transform((value, context) => {
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    }
    if (!URL.canParse(value)) return refuse('Is not a URL. Give one such as https://example.com/webhooks.')
    const url = new URL(value)
    if (url.protocol !== 'https:' && !(privateTargets && url.protocol === 'http:')) {
      return refuse('Must begin with https://.')
    }
    if (url.username || url.password) {
      return refuse('Must not carry a user or a password. Messages are signed: verify the signature instead.')
    }
    const literal = literalAddress(url)
    if (literal && !privateTargets && !isPublic(literal.address)) {
      return refuse('Is an address that is not on the public internet.')
    }
    url.hash = ''
    // What is written in other letters gets longer.
    return url.href.length > MAX_URL ? refuse(`May have at most ${MAX_URL} characters.`) : url.href
  })

export const description = text(MAX_DESCRIPTION)
  .transform((value) => value.normalize('NFC').trim())
  .nullish()

/** Events, each once; none: all of them. */
export const events = z
  .array(z.string().refine(isWebhookEvent, { error: 'Is not the name of an event.' }))
  .transform((names) => [...new Set(names)].sort())
