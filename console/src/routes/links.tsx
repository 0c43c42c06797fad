import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { NewPasswordField } from '../account/new-password-field.tsx'
import { queries } from '../app/api.ts'
import { callAuth } from '../app/auth.ts'
import { INSTANCE } from '../app/instance.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote, Note } from '../ui/feedback.tsx'
import { Form, TextField, textOf } from '../ui/field.tsx'
import { Gate } from '../ui/gate.tsx'

/* Pages for links that prove control of an e-mail address. */

/**
 * The token of a link comes in the fragment, which is never sent to a server. It is removed from the address bar at
 * once.
 */
function takeToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token) history.replaceState(history.state, '', location.pathname)
  return token
}

const toSignIn = <Link to="/sign-in">Back to sign-in</Link>

const NoToken = () => <Note tone="warn">The link is not complete. Open it again as you received it.</Note>

/** Requests a link with which a person sets a new password. */
export function ForgotPasswordPage() {
  const { mutate, error, isPending, isSuccess, variables } = useMutation({
    mutationFn: (email: string) => callAuth('/request-password-reset', { email }),
  })
  if (!INSTANCE.sendsMail) {
    return (
      <Gate title="Forgot password?" lead="This instance sends no mail." foot={toSignIn}>
        <Note>
          Ask its operator for a link to set a new password: <code>keyward-server user reset-link</code> prints one.
        </Note>
      </Gate>
    )
  }
  if (isSuccess) {
    return (
      <Gate title="Check your mail" lead="The link in it works once, for an hour." foot={toSignIn}>
        <Note>
          If <strong>{variables}</strong> has an account with a password, a link is on its way. No mail? Look in the
          spam folder, then try again.
        </Note>
      </Gate>
    )
  }
  return (
    <Gate title="Forgot password?" lead="Get a link by mail to set a new one." foot={toSignIn}>
      <Form onSend={(values) => mutate(textOf(values, 'email'))}>
        <TextField label="E-mail address" name="email" type="email" autoComplete="username" required maxLength={254} />
        <ErrorNote error={error} />
        <Button kind="primary" type="submit" wide busy={isPending}>
          Send link
        </Button>
      </Form>
    </Gate>
  )
}

/** Sets a new password from a mailed link. */
export function ResetPasswordPage() {
  const [token] = useState(takeToken)
  const { mutate, error, isPending, isSuccess } = useMutation({
    mutationFn: (newPassword: string) => callAuth('/reset-password', { token, newPassword }),
    // A session of this browser has ended, too.
    onSuccess: () => queries.resetQueries(),
  })
  return (
    <Gate title="Set a new password" lead="All your sessions end." foot={toSignIn}>
      {token === null ? (
        <NoToken />
      ) : isSuccess ? (
        <Note tone="good">Password changed. Sign in with it.</Note>
      ) : (
        <Form onSend={(values) => mutate(textOf(values, 'password'))}>
          <NewPasswordField label="New password" name="password" />
          <ErrorNote error={error} />
          <Button kind="primary" type="submit" wide busy={isPending}>
            Set password
          </Button>
        </Form>
      )}
    </Gate>
  )
}

/** Verifies an e-mail address after a click, because programs that scan mails also open links. */
export function VerifyEmailPage() {
  const [token] = useState(takeToken)
  const { mutate, error, isPending, isSuccess } = useMutation({
    mutationFn: () => callAuth('/verify-address', { token }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['verified'] }),
  })
  return (
    <Gate
      title="Verify your address"
      lead="Confirm that this e-mail address is yours."
      foot={<Link to="/">Go to the console</Link>}
    >
      {token === null ? (
        <NoToken />
      ) : isSuccess ? (
        <Note tone="good">Your address is verified.</Note>
      ) : (
        <>
          <ErrorNote error={error} />
          <Button kind="primary" wide busy={isPending} onClick={() => mutate()}>
            Verify address
          </Button>
        </>
      )}
    </Gate>
  )
}
