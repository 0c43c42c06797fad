import { keyIdOf, open, type SealingKey, seal } from '../../core/sealing.ts'

/** The name that is shown for every person whose key was destroyed. */
export const ERASED = 'Erased person'

const PREFIX = 'sealed:'
const KEY_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Texts are padded to a multiple of this length, so that a sealed text does not reveal the length of a name. */
const BLOCK_BYTES = 32

/** Authenticated together with the key of a person, so that a copied row does not work in another organization. */
export const personKeyBinding = ({ id, organizationId }: { id: string; organizationId: string }): string =>
  `person-key ${organizationId} ${id}`

/** Seals a name or an address under the key of its person. */
export function sealText(key: SealingKey, text: string): string {
  const bytes = Buffer.from(text)
  // Padding with NUL is safe, because neither names nor addresses contain it.
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

/** Opens a sealed text. Throws if the text was changed, or sealed under another key. */
export const openText = (key: SealingKey, text: string): string =>
  open([key], bytesOf(text), key.id).toString().replace(/\0+$/, '')
