import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '../app/api.ts'
import { callAuth, sendCode } from '../app/auth.ts'
import { INSTANCE } from '../app/instance.ts'
import { Button } from '../ui/button.tsx'
import { Copy } from '../ui/copy.tsx'
import { download } from '../ui/download.ts'
import { Badge, ErrorNote, Failed, Loading, Note } from '../ui/feedback.tsx'
import { Form, TextField, textOf } from '../ui/field.tsx'
import { Card } from '../ui/layout.tsx'
import { toast } from '../ui/toast.tsx'
import { QrCode } from './qr-code.tsx'
import classes from './second-factor.module.css'
import { waysQuery } from './ways.ts'

/** A second factor that was created but not yet confirmed with a code. */
interface Setup {
  totpURI: string
  backupCodes: readonly string[]
}

/**
 * After the second factor was turned on or off, the session is a new one, and the roles in organizations may change.
 */
const readAgain = () =>
  Promise.all(
    [['second-factor'], ['sessions'], ['session'], ['organization']].map((queryKey) =>
      queries.invalidateQueries({ queryKey }),
    ),
  )

/** The second factor of the signed-in person: codes of an authenticator app, and recovery codes. */
export function SecondFactorCard() {
  const [setup, setSetup] = useState<Setup | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const { data: ways } = useQuery(waysQuery)
  const { data, error, refetch } = useQuery({
    queryKey: ['second-factor'],
    queryFn: async () =>
      (await callAuth<{ user: { twoFactorEnabled: boolean } }>('/get-session')).user.twoFactorEnabled,
  })
  return (
    <Card
      title="Second factor"
      note="A code of an authenticator app, in addition to your password. Single sign-on asks for its own."
      action={data && <Badge tone="good">On</Badge>}
    >
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading rows={1} />
      ) : codes ? (
        <RecoveryCodes codes={codes} done={() => setCodes(null)} />
      ) : setup ? (
        <Confirm
          setup={setup}
          cancel={() => setSetup(null)}
          done={() => {
            setCodes(setup.backupCodes)
            setSetup(null)
          }}
        />
      ) : data ? (
        <Manage show={setCodes} />
      ) : ways?.hasPassword === false ? (
        <Note>
          You have no password, so {INSTANCE.oidc ?? 'single sign-on'} asks for a second factor if it wants one.
        </Note>
      ) : (
        <TurnOn begin={setSetup} />
      )}
    </Card>
  )
}

const PasswordField = () => (
  <TextField
    label="Your password"
    name="password"
    type="password"
    autoComplete="current-password"
    required
    maxLength={128}
  />
)

function TurnOn({ begin }: { begin: (setup: Setup) => void }) {
  const { mutate, error, isPending } = useMutation({
    mutationFn: (values: FormData) => callAuth<Setup>('/two-factor/enable', { password: textOf(values, 'password') }),
    onSuccess: begin,
  })
  return (
    <Form onSend={mutate}>
      <PasswordField />
      <ErrorNote error={error} />
      <div>
        <Button type="submit" busy={isPending}>
          Set up
        </Button>
      </div>
    </Form>
  )
}

function Confirm({ setup, done, cancel }: { setup: Setup; done: () => void; cancel: () => void }) {
  const { mutate, error, isPending } = useMutation({
    mutationFn: (values: FormData) => sendCode(textOf(values, 'code'), false),
    onSuccess: async () => {
      done()
      await readAgain()
    },
  })
  const secret = new URL(setup.totpURI).searchParams.get('secret') ?? ''
  return (
    <Form onSend={mutate}>
      <div className={classes.setup}>
        <QrCode text={setup.totpURI} label="QR code for your authenticator app" />
        <div className={classes.steps}>
          <p>Scan the code with your authenticator app, or enter this secret in it:</p>
          <code className={classes.secret}>{secret}</code>
          <div className={classes.actions}>
            <Copy text={secret} />
            <a href={setup.totpURI}>Open in an app</a>
          </div>
        </div>
      </div>
      <TextField
        label="Code"
        name="code"
        hint="The 6 digits that the app shows now."
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        maxLength={10}
        mono
      />
      <ErrorNote error={error} />
      <div className={classes.actions}>
        <Button kind="primary" type="submit" busy={isPending}>
          Turn on
        </Button>
        <Button onClick={cancel}>Cancel</Button>
      </div>
    </Form>
  )
}

/** Shows recovery codes, once. */
function RecoveryCodes({ codes, done }: { codes: readonly string[]; done: () => void }) {
  const text = codes.join('\n')
  return (
    <div className={classes.codes}>
      <Note tone="warn">
        Save your recovery codes now: they are not shown again. Each signs you in once if you lose your app.
      </Note>
      <ul className={classes.list} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className={classes.actions}>
        <Copy text={text} label="Copy codes" />
        <Button icon="download" onClick={() => download(`${text}\n`, 'keyward-recovery-codes.txt', 'text/plain')}>
          Download
        </Button>
        <Button kind="primary" onClick={done}>
          I saved them
        </Button>
      </div>
    </div>
  )
}

function Manage({ show }: { show: (codes: readonly string[]) => void }) {
  const renew = useMutation({
    mutationFn: (password: string) =>
      callAuth<{ backupCodes: string[] }>('/two-factor/generate-backup-codes', { password }),
    onSuccess: ({ backupCodes }) => show(backupCodes),
  })
  const turnOff = useMutation({
    mutationFn: (password: string) => callAuth('/two-factor/disable', { password }),
    onSuccess: async () => {
      toast('Second factor turned off.')
      await readAgain()
    },
  })
  return (
    <Form onSend={(values) => renew.mutate(textOf(values, 'password'))}>
      <PasswordField />
      <ErrorNote error={renew.error ?? turnOff.error} />
      <div className={classes.actions}>
        <Button type="submit" busy={renew.isPending}>
          New recovery codes
        </Button>
        <Button
          kind="danger"
          busy={turnOff.isPending}
          onClick={({ currentTarget: { form } }) => {
            if (form?.reportValidity()) turnOff.mutate(textOf(new FormData(form), 'password'))
          }}
        >
          Turn off
        </Button>
      </div>
    </Form>
  )
}
