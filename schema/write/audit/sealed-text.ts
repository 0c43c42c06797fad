import { keyIdOf, open, type SealingKey, seal } from '../../core/sealing.ts'

/** The name of every person whose key was destroyed. */
export const ERASED = 'Erased person'

const PREFIX = 'sealed:'
const KEY_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Texts are padded to a multiple of this, so that a sealed one does not show how long a name is. */
const BLOCK_BYTES = 32

/** Authenticated with the key of a person, so that its row serves no other organization. */
export const personKeyBinding = ({ id, organizationId }: { id: string; organizationId: string }): string =>
  `person-key ${organizationId} ${id}`

/** Seals a name or an address under the key of its person. */
export function sealText(key: SealingKey, text: string): string {
  const bytes = Buffer.from(text)
  // Neither names nor addresses contain NUL.
  const padded = Buffer.concat([bytes, Buffer.alloc(BLOCK_BYTES - (bytes.length % BLOCK_BYTES))])
  return PREFIX + Buffer.from(seal(key, padded, key.id)).toString('base64url')
}

const bytesOf = (text: string): Buffer => Buffer.from(text.slice(PREFIX.length), 'base64url')

/** The id of the key under which a text is sealed. Null if it is not sealed. */
export function sealedUnder(text: string): string | null {
  if (!text.startsWith(PREFIX)) return null
  try {
    const id = keyIdOf(bytesOf(text))
    return KEY_ID.test(id) ? id : null
  } catch {
    return null
  }
}

/** Opens a sealed text. Throws if it was changed, or sealed under another key. */
export const openText = (key: SealingKey, text: string): string =>
  open([key], bytesOf(text), key.id).toString().replace(/\0+$/, '')
