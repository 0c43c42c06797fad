import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, type Json, ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'

/** A key pair in place of GitHub's. */
export interface Signer {
  id: string
  privateKey: KeyObject
  /** The public key, in GitHub's format. */
  published: object
}

export function newSigner(id: string, namedCurve = 'P-256'): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
  const key = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  return { id, privateKey, published: { key_identifier: id, key, is_current: true } }
}

/** An instance that accepts leak reports from GitHub, with one organization. */
export interface LeakSetting extends TestApp {
  signer: Signer
  owner: Client & { email: string }
  organizationId: string
  projectId: string
  key(name: string): Promise<{ id: string; secret: string }>
  /** Replaces the file of public keys. */
  publish(signers: Signer[]): Promise<void>
  /** Sends a report, signed by default. */
  report(body: unknown, headers?: Record<string, string | null>, by?: Signer): Promise<Response>
  /** A key as its Owner reads it. */
  read(id: string): Promise<Json>
  /** The audit events of an action, newest first, with their details by name. */
  audited(action: string): Promise<Json[]>
}

export async function startLeakSetting(environment: Record<string, string> = {}): Promise<LeakSetting> {
  const directory = await mkdtemp(join(tmpdir(), 'keyward-github-keys-'))
  const file = join(directory, 'keys.json')
  const publish = (signers: Signer[]) =>
    writeFile(file, JSON.stringify({ public_keys: signers.map(({ published }) => published) }))
  const signer = newSigner('test-key')
  await publish([signer])
  const app = await startApp({ environment: { KEYWARD_GITHUB_KEYS: file, ...environment } })
  const owner = await app.signUp('Owner')
  const { id: organizationId, defaultProject: projectId } = await createOrganization(owner, 'Acme')
  return {
    ...app,
    signer,
    owner,
    organizationId,
    projectId,
    publish,
    key: (name) => createKey(owner, projectId, name),
    async report(body, headers = {}, by = signer) {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const signature = sign('sha256', Buffer.from(text), { key: by.privateKey, dsaEncoding: 'der' })
      const all: Record<string, string | null> = {
        'content-type': 'application/json',
        'github-public-key-identifier': by.id,
        'github-public-key-signature': signature.toString('base64'),
        ...headers,
      }
      const given = Object.entries(all).flatMap(([name, value]) =>
        value === null ? [] : [[name, value] as [string, string]],
      )
      return app.app.fetch(new Request(`${ORIGIN}/leaks/github`, { method: 'POST', headers: given, body: text }))
    },
    async read(id) {
      const query = `query ($id: ID!) { node(id: $id) { ... on ApiKey {
        status leakedAt revokedAt revocationReason revokedBy { __typename } advice } } }`
      return (await owner.ask(query, { id })).data.node
    },
    async audited(action) {
      const query = `query ($id: ID!, $actions: [String!]) { organization(id: $id) { auditLog(first: 100, filter: { actions: $actions }) {
        nodes { actor { kind } target { type id name } details { name value } } } } }`
      const { data } = await owner.ask(query, { id: organizationId, actions: [action] })
      return data.organization.auditLog.nodes.map(({ details, ...rest }: Json) => ({
        ...rest,
        details: Object.fromEntries(details.map(({ name, value }: Json) => [name, value])),
      }))
    },
    async close() {
      await app.close()
      await rm(directory, { recursive: true })
    },
  }
}
