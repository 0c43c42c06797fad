import { ValidationError } from '@keyward/sdk'
import { useMutation } from '@tanstack/react-query'
import { toast } from '../ui/toast.tsx'
import { refresh } from './api.ts'

interface Action<Input, Output> {
  run: (input: Input) => Promise<Output>
  /** Message to show after success. */
  done?: string
  onDone?: (output: Output) => void
  /** Refetches the page's data before `onDone`, which needs the new state. */
  refreshFirst?: boolean
}

/** A change: runs once at a time, then refetches the page's data and shows the message. */
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

/** The issue of a field, when the server rejected its value. */
export function issueOf(error: unknown, ...path: string[]): string | undefined {
  if (!(error instanceof ValidationError)) return undefined
  return error.issues.find((issue) => path.every((name, index) => issue.path[index] === name))?.message
}

/** The error, unless every issue of it is shown next to its field. */
export function restOf(error: unknown, ...fields: string[]): unknown {
  if (!(error instanceof ValidationError)) return error
  const others = error.issues.filter((issue) => !fields.includes(issue.path[0] ?? ''))
  const text = others.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join(' ')
  return error.issues.length === 0 ? error : text ? new Error(text) : null
}
