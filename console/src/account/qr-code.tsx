import { useQuery } from '@tanstack/react-query'
import classes from './second-factor.module.css'

const QUIET = 4

/** A QR code as a drawing. Its encoder is loaded when it is first needed. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data } = useQuery({
    queryKey: ['qr-code', text],
    queryFn: async () => {
      const { generate } = await import('lean-qr')
      const code = generate(text)
      let path = ''
      for (let y = 0; y < code.size; y += 1) {
        for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`
      }
      return { path, size: code.size + 2 * QUIET }
    },
    // The text is a secret, so it is not cached.
    gcTime: 0,
  })
  if (!data) return <div className={classes.qr} />
  return (
    <svg className={classes.qr} viewBox={`0 0 ${data.size} ${data.size}`} role="img" aria-label={label}>
      <path d={data.path} />
    </svg>
  )
}
