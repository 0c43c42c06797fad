import { type FormEvent, useState } from 'react'
import { sendCode, signIn } from './session.ts'

/** The server, and the session of the person who has signed in. */
export interface SignedIn {
  baseUrl: string
  token: string
}

/** Signs a person in with a password, and with a code where the account has a second factor. */
export function SignIn({ onSignedIn }: { onSignedIn: (signedIn: SignedIn) => void }) {
  const [waiting, setWaiting] = useState<{ baseUrl: string; challenge: string } | null>(null)
  const [failure, setFailure] = useState<string | null>(null)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const field = (name: string) => String(fields.get(name) ?? '')
    setFailure(null)
    try {
      const baseUrl = waiting?.baseUrl ?? field('baseUrl').trim()
      const result = waiting
        ? await sendCode(baseUrl, waiting.challenge, field('code'))
        : await signIn(baseUrl, field('email'), field('password'))
      if ('token' in result) onSignedIn({ baseUrl, token: result.token })
      else setWaiting({ baseUrl, challenge: result.challenge })
    } catch (thrown) {
      // A browser does not tell a page why a request to another origin failed.
      const unreachable = 'The server cannot be reached, or KEYWARD_CORS_ORIGINS does not list this page.'
      setFailure(thrown instanceof TypeError ? unreachable : String(thrown).replace(/^Error: /, ''))
    }
  }

  return (
    <form className="connect" onSubmit={submit}>
      {waiting ? (
        <label>
          Code
          <input key="code" name="code" inputMode="numeric" autoComplete="one-time-code" required />
        </label>
      ) : (
        <>
          <label>
            Server
            <input name="baseUrl" type="url" required defaultValue="http://127.0.0.1:4000" />
          </label>
          <label>
            E-mail address
            <input name="email" type="email" autoComplete="username" required />
          </label>
          <label>
            Password
            <input name="password" type="password" autoComplete="current-password" required />
          </label>
        </>
      )}
      <button type="submit" className="primary">
        Sign in
      </button>
      {failure !== null && (
        <p role="alert" className="failure">
          {failure}
        </p>
      )}
    </form>
  )
}
