import { useState } from 'react'
import { Button } from './button.tsx'

const SHOWN_MS = 2_000

/** Copies a text that is not a secret. */
export function Copy({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle')
  const copy = async () => {
    setState(
      await navigator.clipboard.writeText(text).then(
        () => 'done' as const,
        () => 'failed' as const,
      ),
    )
    setTimeout(() => setState('idle'), SHOWN_MS)
  }
  return (
    <Button icon={state === 'done' ? 'check' : 'copy'} onClick={copy}>
      {state === 'done' ? 'Copied' : state === 'failed' ? 'Not allowed' : label}
    </Button>
  )
}
