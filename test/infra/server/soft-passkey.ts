import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'

/** CBOR of a short byte string. */
const bytes = (content: Buffer): Buffer =>
  Buffer.concat([
    content.length < 256
      ? Buffer.from([0x58, content.length])
      : Buffer.from([0x59, content.length >> 8, content.length & 255]),
    content,
  ])

/** CBOR of a short text. */
const text = (content: string): Buffer => Buffer.concat([Buffer.from([0x60 + content.length]), Buffer.from(content)])

/** A public key on P-256 as COSE: an EC2 key for ES256. */
function coseKey(): Buffer {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
  const [head, first, second] = [[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01], [0x21], [0x22]].map((part) =>
    Buffer.from(part),
  )
  const coordinate = (value: string) => bytes(Buffer.from(value, 'base64url'))
  return Buffer.concat([
    head ?? Buffer.alloc(0),
    first ?? Buffer.alloc(0),
    coordinate(x),
    second ?? Buffer.alloc(0),
    coordinate(y),
  ])
}

/** The response of an authenticator that verified its person and made a new passkey, without attestation (WebAuthn, "none"). */
export function createRegistration({
  challenge,
  domain,
  origin,
}: {
  challenge: string
  domain: string
  origin: string
}) {
  const id = randomBytes(16)
  // The person was present (1) and verified (4), and the data of the new credential follows (64).
  const flags = Buffer.from([1 | 4 | 64])
  const [counter, model, length] = [Buffer.alloc(4), Buffer.alloc(16), Buffer.from([0, id.length])]
  const domainHash = createHash('sha256').update(domain).digest()
  const data = Buffer.concat([domainHash, flags, counter, model, length, id, coseKey()])
  const attestation = [Buffer.from([0xa3]), text('fmt'), text('none'), text('attStmt'), Buffer.from([0xa0])]
  const attestationObject = Buffer.concat([...attestation, text('authData'), bytes(data)])
  const client = JSON.stringify({ type: 'webauthn.create', challenge, origin, crossOrigin: false })
  return {
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: Buffer.from(client).toString('base64url'),
      attestationObject: attestationObject.toString('base64url'),
      transports: ['internal'],
    },
  }
}
