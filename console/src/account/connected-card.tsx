import { useMutation, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { connectSingleSignOn, type SignInWays } from '../app/auth.ts'
import { INSTANCE } from '../app/instance.ts'
import { useSession } from '../app/session.ts'
import { Button } from '../ui/button.tsx'
import { Failed, Loading } from '../ui/feedback.tsx'
import { Card } from '../ui/layout.tsx'
import { Day } from '../ui/time.tsx'
import classes from './connected-card.module.css'
import { RefusedChange } from './passkey-change.tsx'
import { waysQuery } from './ways.ts'

const DisconnectDialog = lazy(async () => ({ default: (await import('./disconnect-dialog.tsx')).DisconnectDialog }))

/** The account's single sign-on connection. Hidden if the instance has no single sign-on. */
export function ConnectedCard() {
  const { data, error, refetch } = useQuery(waysQuery)
  const provider = INSTANCE.oidc
  if (!provider) return null
  return (
    <Card title="Connected sign-in" note="A connected provider signs you in without your password.">
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading rows={1} />
      ) : data.connections.length === 0 ? (
        <Connect provider={provider} />
      ) : (
        data.connections.map((connection) => (
          <Connection
            key={connection.id}
            provider={provider}
            connection={connection}
            isLast={!data.hasPassword && data.connections.length === 1}
          />
        ))
      )}
    </Card>
  )
}

function Connect({ provider }: { provider: string }) {
  const { email } = useSession().user
  const { mutate, error, isPending } = useMutation({ mutationFn: connectSingleSignOn })
  return (
    <>
      <div className={classes.row}>
        <div className={classes.what}>
          <strong dir="auto">{provider}</strong>
          <span className={classes.about}>Not connected. Its account must have your address, verified: {email}.</span>
        </div>
        <Button busy={isPending} onClick={() => mutate()}>
          Connect {provider}
        </Button>
      </div>
      <RefusedChange error={error} />
    </>
  )
}

interface ConnectionProps {
  provider: string
  connection: SignInWays['connections'][number]
  /** Whether the person has no other way to sign in. */
  isLast: boolean
}

function Connection({ provider, connection, isLast }: ConnectionProps) {
  const [asks, setAsks] = useState(false)
  return (
    <div className={classes.row}>
      <div className={classes.what}>
        <strong dir="auto">{provider}</strong>
        <span className={classes.about} id={`connection-${connection.id}`}>
          Connected since <Day time={connection.createdAt} />.
          {isLast && ' It is your only way to sign in. Set a password before you disconnect it.'}
        </span>
      </div>
      <Button
        kind="danger"
        disabled={isLast}
        aria-describedby={`connection-${connection.id}`}
        onClick={() => setAsks(true)}
      >
        Disconnect
      </Button>
      {asks && (
        <Suspense fallback={null}>
          <DisconnectDialog provider={provider} connectionId={connection.id} onClose={() => setAsks(false)} />
        </Suspense>
      )}
    </div>
  )
}
