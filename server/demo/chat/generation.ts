import { setTimeout as delay } from 'node:timers/promises'
import { newId } from '@keyward/schema/core/ids'
import { releaseReservations } from '@keyward/schema/limit/ledger/release'
import type { Runtime } from '@keyward/schema/runtime'
import { recordUsage } from '@keyward/schema/usage/record'
import type { Allowed } from '@keyward/schema/verification/decision'
import { actingAs } from '../../identity/acting.ts'
import type { Log } from '../../telemetry/log.ts'
import { answerTo, type End } from './answer.ts'
import type { Used } from './protocol.ts'
import type { ChatRequest } from './request.ts'

/** Time between two streamed tokens, in milliseconds, so that a person can see the answer stream. */
const PACE_MS = 20

/** The server, and the gateway for which usage is recorded. */
export interface Host {
  runtime: Runtime
  log: Log
  gateway: { id: string; name: string }
}

/** The line items of usage. */
export const unitsOf = ({ input, output }: Used) => [
  { lineItem: 'INPUT_TOKENS' as const, quantity: BigInt(input) },
  { lineItem: 'OUTPUT_TOKENS' as const, quantity: BigInt(output) },
]

/** Releases the reservation of an allowed request that is not served. */
export async function release({ runtime }: Pick<Host, 'runtime'>, { reservation }: Allowed): Promise<void> {
  if (reservation !== null) await releaseReservations(runtime, [reservation])
}

/** The answer to an allowed request. Its reservation is settled once, however the answer ends. */
export class Generation {
  readonly #host: Host
  readonly #chat: ChatRequest
  readonly #decision: Allowed
  readonly #stop = new AbortController()
  #output = 0

  constructor(host: Host, chat: ChatRequest, decision: Allowed) {
    this.#host = host
    this.#chat = chat
    this.#decision = decision
  }

  get used(): Used {
    return { input: this.#chat.inputTokens, output: this.#output }
  }

  /** Ends the answer after the current token. */
  stop(): void {
    this.#stop.abort()
  }

  /**
   * Generates the answer and settles its reservation. Returns why generation ended, or null if it was stopped. A
   * streamed answer takes the same time even if the client does not read it.
   */
  async run(send: (token: string) => void): Promise<End | null> {
    const { signal } = this.#stop
    const { tokens, end } = answerTo(this.#chat)
    try {
      for (const token of tokens) {
        if (this.#chat.isStream) await delay(PACE_MS, undefined, { signal }).catch(() => undefined)
        if (signal.aborted) return null
        this.#output += 1
        send(token)
      }
      return end
    } finally {
      await this.#settle()
    }
  }

  /** Records the usage, which settles the reservation. An answer without tokens is not charged. */
  async #settle(): Promise<void> {
    try {
      if (this.#output > 0) await this.#record()
      else await release(this.#host, this.#decision)
    } catch (error) {
      this.#host.log.warn('usage of the demo endpoint was not recorded', { detail: String(error) })
      await release(this.#host, this.#decision).catch(() => undefined)
    }
  }

  async #record(): Promise<void> {
    const { runtime, gateway } = this.#host
    const { record, reservation } = this.#decision
    const { credential: credentialId, organization: organizationId, project: projectId } = record.ids
    const event = {
      eventId: newId(),
      credentialId,
      ...(record.kind === 'PLAYGROUND' ? { organizationId, projectId } : {}),
      workload: 'INFERENCE',
      model: this.#chat.model,
      units: unitsOf(this.used),
      reservation,
    }
    const caller = await actingAs(runtime, { kind: 'GATEWAY', ...gateway })
    const { rejected } = await recordUsage(caller, { events: [event] })
    if (rejected[0]) throw new Error(rejected[0].message)
  }
}
