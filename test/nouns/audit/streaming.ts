import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSinkFigures } from '@keyward/schema/audit/sink/sql'
import type { AuditStream } from '@keyward/schema/audit/sink/stream'
import { decodeId } from '@keyward/schema/core/ids'
import { readConfig } from '@keyward/server/config/config'
import { startAuditSink } from '@keyward/server/jobs/audit-sink'
import { createLog } from '@keyward/server/telemetry/log'
import { expect } from 'vitest'
import { type Client, type Json, startApp, type TestApp } from '../../infra/app.ts'
import { codeBlock } from '../../infra/docs/code-block.ts'
import { createOrganization } from '../../infra/world.ts'

const PAGE = 'docs/operations/audit-stream.md'

export const SECRET = `whsec_${randomBytes(32).toString('base64')}`

interface Received {
  headers: IncomingHttpHeaders
  text: string
}

/** Runs the script of the documentation, which knows nothing but the lines. */
export function verify(text: string): { status: number | null; output: string } {
  const run = spawnSync('python3', ['-c', codeBlock(PAGE, 'python')], { input: text, encoding: 'utf8' })
  return { status: run.status, output: run.stdout + run.stderr }
}

export const eventsIn = (text: string): Json[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

/** An instance with an organization, and the receivers of its audit events. */
export class Streaming {
  /** Requests that the receiver has got. */
  readonly received: Received[] = []
  /** The status of the receiver's answers; null: it never answers. */
  status: number | null = 204
  /** Lines of the log. */
  readonly said: string[] = []
  readonly #streams: AuditStream[] = []
  readonly #server: Server

  private constructor(
    readonly app: TestApp,
    readonly owner: Client,
    readonly organization: { id: string; defaultProject: string },
    readonly folder: string,
  ) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        this.received.push({ headers: request.headers, text: Buffer.concat(chunks).toString() })
        if (this.status !== null) response.writeHead(this.status).end()
      })
    })
  }

  static async open(): Promise<Streaming> {
    const app = await startApp({ environment: { KEYWARD_AUDIT_SINK: '/nowhere/audit.jsonl' } })
    const owner = await app.signUp('Olivia Secretname')
    const organization = await createOrganization(owner, 'Acme')
    const opened = new Streaming(app, owner, organization, await mkdtemp(join(tmpdir(), 'keyward-audit-')))
    await new Promise<void>((resolve) => opened.#server.listen(0, '127.0.0.1', resolve))
    return opened
  }

  async close(): Promise<void> {
    for (const stream of this.#streams.splice(0)) await stream.stop()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    await this.app.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Starts the stream as a server with this environment does. */
  #start(environment: Record<string, string>): AuditStream {
    const log = createLog('json', (line) => this.said.push(line))
    const stream = startAuditSink({ ...readConfig(environment), database: this.app.database, log })
    if (!stream) throw new Error('No receiver is configured')
    this.#streams.push(stream)
    return stream
  }

  toAddress(): AuditStream {
    return this.#start({
      KEYWARD_AUDIT_SINK: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/events?from=keyward`,
      KEYWARD_AUDIT_SINK_SECRET: SECRET,
    })
  }

  get file(): string {
    return join(this.folder, 'audit.jsonl')
  }

  toFile(): AuditStream {
    return this.#start({ KEYWARD_AUDIT_SINK: this.file })
  }

  /** Resolves once the receiver has all events. */
  async isRead(): Promise<void> {
    const countPending = async () => (await readSinkFigures(this.app.database)).pending
    await expect.poll(countPending, { timeout: 60_000 }).toBe('0')
  }

  /** The audit log as the Owner reads it, oldest first. */
  async logOf(): Promise<Json[]> {
    const query = `query ($id: ID!) { organization(id: $id) { auditLog(first: 100) { nodes { id sequence action hash } } } }`
    const { data } = await this.owner.ask(query, { id: this.organization.id })
    return data.organization.auditLog.nodes.toReversed()
  }

  readonly isOfAcme = ({ organizationId }: Json): boolean => organizationId === this.organization.id

  /** The UUID of the organization. */
  get uuid(): string {
    return decodeId('Organization', this.organization.id) ?? ''
  }

  /** Events that the receiver got after some requests. */
  eventsFrom(requests: number): Json[] {
    const texts = this.received.slice(requests).map(({ text }) => text)
    return eventsIn(texts.join(''))
  }

  readonly warnings = (): Json[] => this.said.map((line) => JSON.parse(line)).filter(({ level }) => level === 'warn')

  readonly messages = (): string[] => this.said.map((line) => JSON.parse(line).message)
}
