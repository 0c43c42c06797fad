import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '../app/api.ts'
import { callAuth } from '../app/auth.ts'
import { INSTANCE } from '../app/instance.ts'
import { useSession } from '../app/session.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote, Failed, Loading, Note } from '../ui/feedback.tsx'
import { Form, TextField, textOf } from '../ui/field.tsx'
import { Card } from '../ui/layout.tsx'
import { toast } from '../ui/toast.tsx'
import { NewPasswordField } from './new-password-field.tsx'
import { RefusedChange } from './passkey-change.tsx'
import { waysQuery } from './ways.ts'

/** The password of the signed-in person. People who use single sign-on may have none. */
export function PasswordCard() {
  const { data, error, refetch } = useQuery(waysQuery)
  return (
    <Card title="Password" note={data?.hasPassword === false ? undefined : 'A change ends all your other sessions.'}>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading rows={2} />
      ) : data.hasPassword ? (
        <ChangePassword />
      ) : (
        <SetPassword />
      )}
    </Card>
  )
}

/** Offers a first password. The link proves the address, and its page ends all sessions. */
function SetPassword() {
  const email = useSession().user.email ?? ''
  const { mutate, error, isPending, isSuccess } = useMutation({
    mutationFn: () => callAuth('/request-password-reset', { email }),
  })
  return (
    <>
      <Note>
        You sign in with {INSTANCE.oidc ?? 'single sign-on'} and have no password. If you set a password, organizations
        that require a second factor require one of you.
      </Note>
      {!INSTANCE.sendsMail ? (
        <p>
          To set one, ask the operator for a link: <code>keyward-server user reset-link {email}</code>
        </p>
      ) : isSuccess ? (
        <Note tone="good">Check your mail. The link works once, within an hour, and ends all your sessions.</Note>
      ) : (
        <div>
          <Button busy={isPending} onClick={() => mutate()}>
            Send a link to set a password
          </Button>
        </div>
      )}
      <RefusedChange error={error} />
    </>
  )
}

function ChangePassword() {
  const [sent, setSent] = useState(0)
  const { mutate, error, isPending } = useMutation({
    mutationFn: (values: FormData) =>
      callAuth('/change-password', {
        currentPassword: textOf(values, 'current'),
        newPassword: textOf(values, 'new'),
        revokeOtherSessions: true,
      }),
    onSuccess: async () => {
      toast('Password changed. All your other sessions have ended.')
      setSent(sent + 1)
      await queries.invalidateQueries({ queryKey: ['sessions'] })
    },
  })
  return (
    <Form key={sent} onSend={mutate}>
      <TextField
        label="Current password"
        name="current"
        type="password"
        autoComplete="current-password"
        required
        maxLength={128}
      />
      <NewPasswordField label="New password" name="new" />
      <ErrorNote error={error} />
      <div>
        <Button type="submit" busy={isPending}>
          Change password
        </Button>
      </div>
    </Form>
  )
}
