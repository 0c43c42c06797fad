import { useMutation, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { ConnectedCard } from '../account/connected-card.tsx'
import { deviceOf } from '../account/device.ts'
import { EraseCard } from '../account/erase-card.tsx'
import { NoticesCard } from '../account/notices-card.tsx'
import { PasskeysCard } from '../account/passkeys-card.tsx'
import { PasswordCard } from '../account/password-card.tsx'
import { SecondFactorCard } from '../account/second-factor-card.tsx'
import { signInError } from '../account/sign-in-errors.ts'
import { waysQuery } from '../account/ways.ts'
import { queries } from '../app/api.ts'
import { type AuthSession, callAuth, signOut } from '../app/auth.ts'
import { INSTANCE } from '../app/instance.ts'
import { useSession } from '../app/session.ts'
import { Button } from '../ui/button.tsx'
import { Badge, ErrorNote, Failed, Loading, Note } from '../ui/feedback.tsx'
import { Form, TextField, textOf } from '../ui/field.tsx'
import { Card, layout, Page, Table } from '../ui/layout.tsx'
import { Ago } from '../ui/time.tsx'
import { toast } from '../ui/toast.tsx'

/** The signed-in person's own account. */
export function AccountPage() {
  return (
    <Page
      title="Account"
      narrow
      actions={
        <Button icon="exit" onClick={() => void signOut()}>
          Sign out
        </Button>
      }
    >
      <Returned />
      <Profile />
      <PasswordCard />
      <ConnectedCard />
      <SecondFactorCard />
      <PasskeysCard />
      <NoticesCard />
      <Sessions />
      <EraseCard />
    </Page>
  )
}

/**
 * The result of single sign-on after the provider redirected to this page. Anybody can write it into a link, so the
 * page asks the server.
 */
function Returned() {
  const { connected, error } = useSearch({ strict: false })
  const { data } = useQuery({ ...waysQuery, enabled: connected === true })
  if (error) return <Note tone="bad">{signInError(error, INSTANCE.oidc)}</Note>
  if (!connected || !data || data.connections.length === 0) return null
  return <Note tone="good">{INSTANCE.oidc ?? 'Single sign-on'} is connected. You can sign in with it from now on.</Note>
}

function Profile() {
  const { user } = useSession()
  const { mutate, error, isPending } = useMutation({
    mutationFn: (name: string) => callAuth('/update-user', { name }),
    onSuccess: async () => {
      toast('Name changed.')
      await queries.invalidateQueries()
    },
  })
  return (
    <Card title="Profile">
      <Form onSend={(values) => mutate(textOf(values, 'name'))}>
        <TextField label="Name" name="name" defaultValue={user.name} autoComplete="name" required maxLength={100} />
        <TextField
          label="E-mail address"
          value={user.email ?? ''}
          readOnly
          hint="Invitations are sent to this address."
        />
        {INSTANCE.sendsMail && <Verification email={user.email ?? ''} />}
        <ErrorNote error={error} />
        <div>
          <Button type="submit" busy={isPending}>
            Change name
          </Button>
        </div>
      </Form>
    </Card>
  )
}

/** Offers a new link to people whose address is not verified. */
function Verification({ email }: { email: string }) {
  const { data } = useQuery({
    queryKey: ['verified'],
    queryFn: async () => (await callAuth<{ user: { emailVerified: boolean } }>('/get-session')).user.emailVerified,
  })
  const { mutate, error, isPending, isSuccess } = useMutation({
    mutationFn: () => callAuth('/send-verification-email', { email }),
  })
  if (data !== false) return null
  return (
    <>
      <Note tone="warn">
        {isSuccess
          ? 'Check your mail. The link works for an hour.'
          : 'This address is not verified. Until it is, your invitations are not mailed.'}
      </Note>
      <ErrorNote error={error} />
      <div>
        <Button busy={isPending} onClick={() => mutate()}>
          Send verification link
        </Button>
      </div>
    </>
  )
}

const readSessions = async () => {
  const [sessions, current] = await Promise.all([
    callAuth<AuthSession[]>('/list-sessions'),
    callAuth<{ session: { id: string } }>('/get-session'),
  ])
  return sessions.map((session) => ({ ...session, isCurrent: session.id === current.session.id }))
}

function Sessions() {
  const { data, error, refetch } = useQuery({ queryKey: ['sessions'], queryFn: readSessions })
  const end = useMutation({
    mutationFn: (token: string | null) =>
      token === null ? callAuth('/revoke-other-sessions', {}) : callAuth('/revoke-session', { token }),
    onSuccess: async () => {
      toast('Session ended.')
      await refetch()
    },
  })
  const others = data?.some(({ isCurrent }) => !isCurrent)
  return (
    <Card
      title="Sessions"
      note="Browsers and programs in which you are signed in."
      flush
      action={
        others && (
          <Button busy={end.isPending} onClick={() => end.mutate(null)}>
            End all other sessions
          </Button>
        )
      }
    >
      <ErrorNote error={end.error} />
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading rows={3} />
      ) : (
        <Table label="Sessions">
          <thead>
            <tr>
              <th scope="col">Device</th>
              <th scope="col">Since</th>
              <th scope="col" className={layout.end}>
                <span className={layout.soft}>Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.map((session) => (
              <tr key={session.id}>
                <td>
                  <div className={layout.main}>
                    <span title={session.userAgent ?? ''}>
                      {deviceOf(session.userAgent)} {session.isCurrent && <Badge tone="good">This one</Badge>}
                    </span>
                    <span className={layout.sub}>{session.ipAddress || 'Unknown address'}</span>
                  </div>
                </td>
                <td className={layout.nowrap}>
                  <Ago time={session.createdAt} />
                </td>
                <td className={layout.end}>
                  {!session.isCurrent && (
                    <Button busy={end.isPending} onClick={() => end.mutate(session.token)}>
                      End
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  )
}
