import { addressOf } from '../app/address.ts'
import { Copy } from '../ui/copy.tsx'
import classes from './keys.module.css'

const LINES = `curl ${location.origin}${addressOf('/graphql')} \\
  -H 'content-type: application/json' \\
  -H "authorization: Bearer $KEYWARD_SECRET" \\
  -d '{"query":"{ viewer { kind } }"}'`

/**
 * A command that tries a key. It reads the secret from the environment, so that the secret does not enter the shell's
 * history.
 */
export function CurlLine() {
  return (
    <div className={classes.meter}>
      <p>
        <strong>Try it</strong>
        <Copy text={LINES} label="Copy command" />
      </p>
      <p>Set KEYWARD_SECRET to the secret in your shell, then run:</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls needs the focus to be scrolled by keyboard. */}
      <section className={classes.code} tabIndex={0} aria-label="Command that tries the key">
        <code>{LINES}</code>
      </section>
      <p>
        <span>
          If the key works, the response contains <code>"kind":"API_KEY"</code>.
        </span>
      </p>
    </div>
  )
}
