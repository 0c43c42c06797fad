import { ConflictError, ValidationError } from '@keyward/sdk'
import { useMutation } from '@tanstack/react-query'
import { createElement, type ReactNode } from 'react'
import { toast } from '../ui/toast.tsx'
import { refresh } from './api.ts'
import { Conflict } from './conflict.tsx'

interface Action<Input, Output> {
  run: (input: Input) => Promise<Output>
  /** Message to show after success. */
  done?: string
  onDone?: (output: Output) => void
  /** Refetches the page's data before `onDone`, which needs the new state. */
  refreshFirst?: boolean
}

/** A change. Runs only once at a time. Afterwards, refetches the page's data and shows the message. */
export function useAction<Input, Output>({ run, done, onDone, refreshFirst }: Action<Input, Output>) {
  return useMutation({
    mutationFn: run,
    onSuccess: async (output) => {
      if (done) toast(done)
      if (refreshFirst) await refresh()
      onDone?.(output)
      if (!refreshFirst) await refresh()
    },
  })
}

const isAt = (path: readonly string[], asked: readonly string[]): boolean =>
  asked.every((name, index) => path[index] === name)

/** The issue of a field whose value the server rejected. */
export function issueOf(error: unknown, ...path: string[]): ReactNode {
  if (error instanceof ConflictError) return isAt(error.path, path) ? createElement(Conflict, { error }) : undefined
  if (!(error instanceof ValidationError)) return undefined
  return error.issues.find((issue) => isAt(issue.path, path))?.message
}

/** The error, unless every issue of it is shown next to its field. */
export function restOf(error: unknown, ...fields: string[]): unknown {
  if (error instanceof ConflictError) return fields.includes(error.path[0] ?? '') ? null : error
  if (!(error instanceof ValidationError)) return error
  const others = error.issues.filter((issue) => !fields.includes(issue.path[0] ?? ''))
  const text = others.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join(' ')
  return error.issues.length === 0 ? error : text ? new Error(text) : null
}
