import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { queries } from '../app/api.ts'
import { AuthError, sendCode, signIn, signUp, startSingleSignOn } from '../app/auth.ts'
import { INSTANCE } from '../app/instance.ts'
import { hasPasskeys, offerPasskeys, signInWithPasskey, withdrawOffer } from '../app/passkeys.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote, messageOf, Note } from '../ui/feedback.tsx'
import { Form, TextField, textOf } from '../ui/field.tsx'
import classes from '../ui/gate.module.css'
import { NewPasswordField } from './new-password-field.tsx'

type Tab = 'sign-in' | 'sign-up'

const TABS: readonly (readonly [Tab, string])[] = [
  ['sign-in', 'Sign in'],
  ['sign-up', 'Create account'],
]

/** The field appears after a click and is the only one, so it takes the focus. */
const CODE_FIELD = {
  autoComplete: 'one-time-code',
  autoFocus: true,
  required: true,
  maxLength: 20,
  spellCheck: false,
} as const

interface SignInCardProps {
  /** The tab that is open at first. */
  first: Tab
  /** The token of the invitation that the person opened. */
  invitation?: string
  /** Called after the person has signed in. */
  enter: () => void
  /** The path to which the single sign-on provider redirects. */
  returnTo: string
  /** The path to which it redirects with an error. */
  failed: string
}

/** Sign-in, sign-up and single sign-on, as the instance permits them. */
export function SignInCard({ first, invitation, enter, returnTo, failed }: SignInCardProps) {
  const { needsSetup, signup, oidc } = INSTANCE
  const mayCreate = signup !== 'closed' || needsSetup
  const [tab, setTab] = useState<Tab>(mayCreate ? first : 'sign-in')
  const tabs = useRef<HTMLDivElement>(null)
  const sso = useMutation({ mutationFn: () => startSingleSignOn(returnTo, failed) })
  const done = async () => {
    await queries.resetQueries()
    enter()
  }
  const move = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    const other = tab === 'sign-in' ? 'sign-up' : 'sign-in'
    setTab(other)
    tabs.current?.querySelector<HTMLElement>(`#tab-${other}`)?.focus()
  }
  return (
    <>
      {mayCreate && (
        <div
          ref={tabs}
          className={classes.tabs}
          role="tablist"
          aria-label="Sign in or create an account"
          onKeyDown={move}
        >
          {TABS.map(([name, label]) => (
            <button
              key={name}
              id={`tab-${name}`}
              type="button"
              role="tab"
              aria-selected={tab === name}
              aria-controls={`panel-${name}`}
              tabIndex={tab === name ? 0 : -1}
              onClick={() => setTab(name)}
            >
              {label}
            </button>
          ))}
        </div>
      )}
      <div id={`panel-${tab}`} {...(mayCreate ? { role: 'tabpanel', 'aria-labelledby': `tab-${tab}` } : {})}>
        {tab === 'sign-in' ? <SignInForm done={done} /> : <SignUpForm done={done} invitation={invitation ?? null} />}
      </div>
      {oidc && (
        <>
          <p className={classes.or}>or</p>
          <Button wide busy={sso.isPending} onClick={() => sso.mutate()}>
            Continue with {oidc}
          </Button>
          <ErrorNote error={sso.error} />
        </>
      )}
    </>
  )
}

function SignInForm({ done }: { done: () => Promise<void> }) {
  const [needsCode, setNeedsCode] = useState(false)
  const { mutate, error, isPending } = useMutation({
    mutationFn: (values: FormData) => signIn(textOf(values, 'email'), textOf(values, 'password')),
    onSuccess: async (codeFollows) => {
      if (codeFollows) setNeedsCode(true)
      else await done()
    },
  })
  const passkey = useMutation({ mutationFn: signInWithPasskey, onSuccess: done })
  usePasskeyOffer(needsCode ? null : done)
  if (needsCode) return <CodeForm done={done} again={() => setNeedsCode(false)} />
  return (
    <Form onSend={mutate}>
      <TextField
        label="E-mail address"
        name="email"
        type="email"
        autoComplete="username webauthn"
        required
        maxLength={254}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        maxLength={128}
      />
      <ErrorNote error={error ?? passkey.error} />
      <Button kind="primary" type="submit" wide busy={isPending}>
        Sign in
      </Button>
      {hasPasskeys && (
        <Button wide busy={passkey.isPending} onClick={() => passkey.mutate()}>
          Sign in with a passkey
        </Button>
      )}
      <p className={classes.foot}>
        <Link to="/forgot-password">Forgot password?</Link>
      </p>
    </Form>
  )
}

/** While the form is open, offers passkeys in the browser's autocompletion of the address. */
function usePasskeyOffer(done: (() => Promise<void>) | null) {
  const latest = useRef(done)
  latest.current = done
  const isOpen = done !== null
  useEffect(() => {
    if (!isOpen || !hasPasskeys) return
    let isLive = true
    const offer = async () => {
      // An error means that the server does not know the passkey, or that the challenge is old. It is ignored, because
      // the button explains it.
      const isSignedIn = await offerPasskeys().catch(() => false)
      if (isSignedIn && isLive) await latest.current?.()
    }
    void offer()
    return () => {
      isLive = false
      void withdrawOffer()
    }
  }, [isOpen])
}

/** Asks for the code of a second factor, or for a recovery code. */
function CodeForm({ done, again }: { done: () => Promise<void>; again: () => void }) {
  const [isRecovery, setIsRecovery] = useState(false)
  const { mutate, error, isPending, reset } = useMutation({
    mutationFn: (values: FormData) => sendCode(textOf(values, 'code'), isRecovery),
    onSuccess: done,
  })
  return (
    <Form key={String(isRecovery)} onSend={mutate}>
      {isRecovery ? (
        <TextField label="Recovery code" name="code" hint="Each works once." mono {...CODE_FIELD} />
      ) : (
        <TextField
          label="Code"
          name="code"
          hint="The 6 digits that your authenticator app shows for Keyward."
          inputMode="numeric"
          mono
          {...CODE_FIELD}
        />
      )}
      <ErrorNote error={error} />
      <Button kind="primary" type="submit" wide busy={isPending}>
        Sign in
      </Button>
      <Button
        wide
        onClick={() => {
          reset()
          setIsRecovery(!isRecovery)
        }}
      >
        {isRecovery ? 'Use your authenticator app' : 'Use a recovery code'}
      </Button>
      <Button wide onClick={again}>
        Start again
      </Button>
    </Form>
  )
}

function SignUpForm({ done, invitation }: { done: () => Promise<void>; invitation: string | null }) {
  const { needsSetup, signup } = INSTANCE
  const { mutate, error, isPending } = useMutation({
    mutationFn: (values: FormData) => {
      const [name, email, password] = [textOf(values, 'name'), textOf(values, 'email'), textOf(values, 'password')]
      return signUp({ name, email, password }, { setupToken: textOf(values, 'setupToken'), invitation })
    },
    onSuccess: done,
  })
  const isAboutToken = needsSetup && error instanceof AuthError && error.code === 'SETUP_TOKEN_REQUIRED'
  return (
    <Form onSend={mutate}>
      {signup === 'invited' && !needsSetup && !invitation && (
        <Note>To create an account, open the link of your invitation.</Note>
      )}
      {needsSetup && (
        <TextField
          label="Setup token"
          name="setupToken"
          required
          mono
          autoComplete="off"
          spellCheck={false}
          hint="This instance has no account yet. The server printed this token when it started."
          error={isAboutToken ? messageOf(error) : undefined}
        />
      )}
      <TextField label="Name" name="name" autoComplete="name" required maxLength={100} />
      <TextField label="E-mail address" name="email" type="email" autoComplete="username" required maxLength={254} />
      <NewPasswordField label="Password" name="password" />
      <ErrorNote error={isAboutToken ? null : error} />
      <Button kind="primary" type="submit" wide busy={isPending}>
        Create account
      </Button>
    </Form>
  )
}
