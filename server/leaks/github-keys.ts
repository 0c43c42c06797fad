import { createPublicKey, type KeyObject } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'

/** The format in which GitHub publishes its secret scanning keys. */
const published = z.object({
  public_keys: z.array(z.object({ key_identifier: z.string(), key: z.string(), is_current: z.boolean().optional() })),
})

/** Reads public keys from a file, and reads them again when the file changes. */
export class GithubKeys {
  readonly #file: string
  #version = ''
  #keys = new Map<string, KeyObject>()

  constructor(file: string) {
    this.#file = file
  }

  /** Finds a key by its identifier. Null if it does not exist. Throws if the file cannot be read. */
  async find(identifier: string): Promise<KeyObject | null> {
    const { mtimeMs, size, ino } = await stat(this.#file)
    const version = `${mtimeMs} ${size} ${ino}`
    if (version !== this.#version) {
      this.#keys = parse(await readFile(this.#file, 'utf8'))
      this.#version = version
    }
    return this.#keys.get(identifier) ?? null
  }
}

function parse(text: string): Map<string, KeyObject> {
  const { public_keys } = published.parse(JSON.parse(text))
  return new Map(public_keys.map(({ key_identifier, key }) => [key_identifier, p256(key)]))
}

function p256(pem: string): KeyObject {
  const key = createPublicKey(pem)
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new Error('A key of GitHub is an ECDSA key on the curve P-256')
  }
  return key
}
