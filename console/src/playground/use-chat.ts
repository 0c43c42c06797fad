import { useEffect, useRef, useState } from 'react'
import { refresh } from '../app/api.ts'
import { type ChatBody, ChatDenied, type ChatEnd, sendChat } from './chat.ts'
import { forgetToken, tokenFor } from './tokens.ts'

/** A request, and the answer so far. */
export interface Run {
  state: 'SENDING' | 'STREAMING' | 'DONE' | 'STOPPED' | 'FAILED'
  /** The project that pays. */
  projectId: string
  /** Slug of the model. */
  model: string
  text: string
  firstTokenMs: number | null
  totalMs: number | null
  /** Null until the answer is complete. */
  end: ChatEnd | null
  error: unknown
}

export interface Asked {
  url: string
  organizationId: string
  projectId: string
  body: ChatBody
}

interface Chat {
  /** Null before the first request. */
  run: Run | null
  send: (asked: Asked) => void
  stop: () => void
}

/** Whether the endpoint did not accept the token itself. */
const isTokenDenied = (error: unknown): boolean => error instanceof ChatDenied && error.status === 401

/** Sends a request at a time, as the signed-in person. */
export function useChat(): Chat {
  const [run, setRun] = useState<Run | null>(null)
  const current = useRef<AbortController | null>(null)
  // The endpoint stops generating when its client disconnects.
  useEffect(() => () => current.current?.abort(), [])

  const send = async ({ url, organizationId, projectId, body }: Asked) => {
    current.current?.abort()
    const stopping = new AbortController()
    current.current = stopping
    const { signal } = stopping
    let next: Run = {
      state: 'SENDING',
      projectId,
      model: body.model,
      text: '',
      firstTokenMs: null,
      totalMs: null,
      end: null,
      error: null,
    }
    const change = (changed: Partial<Run>) => {
      next = { ...next, ...changed }
      if (current.current === stopping) setRun(next)
    }
    change({})
    let sentAt = performance.now()
    const onText = (text: string) =>
      change({
        state: 'STREAMING',
        text: next.text + text,
        firstTokenMs: next.firstTokenMs ?? performance.now() - sentAt,
      })
    const attempt = async (): Promise<ChatEnd> => {
      const { token, isNew } = await tokenFor(organizationId, projectId)
      signal.throwIfAborted()
      // The time without the creation of a token, which other clients do not need.
      sentAt = performance.now()
      try {
        return await sendChat({ url, token, body, signal, onText })
      } catch (error) {
        if (!isTokenDenied(error)) throw error
        forgetToken(projectId)
        // An earlier token can have expired. A rejected new token would be rejected again.
        if (isNew) throw error
        return attempt()
      }
    }
    try {
      const end = await attempt()
      change({ state: 'DONE', end, totalMs: performance.now() - sentAt })
    } catch (error) {
      if (signal.aborted) change({ state: 'STOPPED', totalMs: performance.now() - sentAt })
      else change({ state: 'FAILED', error })
    }
    // Limits have changed, also after a denial.
    if (current.current === stopping) await refresh()
  }

  return { run, send: (asked) => void send(asked), stop: () => current.current?.abort() }
}
