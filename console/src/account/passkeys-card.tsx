import { useMutation, useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { addressOf } from '../app/address.ts'
import { queries } from '../app/api.ts'
import {
  addPasskey,
  listPasskeys,
  obstacle,
  type Passkey,
  type PasskeyObstacle,
  renamePasskey,
} from '../app/passkeys.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote, Failed, Loading, Note } from '../ui/feedback.tsx'
import { Form, TextField, textOf } from '../ui/field.tsx'
import { Card, layout, Table } from '../ui/layout.tsx'
import { Ago } from '../ui/time.tsx'
import { toast } from '../ui/toast.tsx'
import { changedPasskeys, RefusedChange } from './passkey-change.tsx'
import classes from './second-factor.module.css'
import { waysQuery } from './ways.ts'

const RemovePasskeyDialog = lazy(async () => ({
  default: (await import('./remove-passkey-dialog.tsx')).RemovePasskeyDialog,
}))

/** The passkeys of the signed-in person. */
export function PasskeysCard() {
  const { data: ways } = useQuery(waysQuery)
  const { data, error, refetch } = useQuery({ queryKey: ['passkeys'], queryFn: listPasskeys })
  return (
    <Card
      title="Passkeys"
      note="A passkey signs you in with a fingerprint, a face or a PIN, and counts as a second factor. With a passkey, your password signs you in only together with a code of an authenticator app."
    >
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading rows={1} />
      ) : (
        <>
          {data.length > 0 && <List passkeys={data} />}
          {data.length === 1 && <Note>Add a second passkey or an authenticator app, in case you lose this one.</Note>}
          {ways?.hasPassword === false ? (
            <Note>Passkeys are for accounts with a password. Set one first.</Note>
          ) : (
            <Add />
          )}
        </>
      )}
    </Card>
  )
}

/** Why this page cannot use passkeys, and what to do. */
const OBSTACLES: Record<PasskeyObstacle, ReactNode> = {
  LOOPBACK_ADDRESS: (
    <>
      Passkeys belong to a name, and this page was opened by the IP address {location.hostname}.{' '}
      <a href={`http://localhost:${location.port}${addressOf('/account')}`}>Open it at localhost</a>, sign in, and add
      the passkey there.
    </>
  ),
  ADDRESS: (
    <>
      Passkeys belong to a name, and this page was opened by the IP address {location.hostname}. Ask the operator to
      give the instance a name (KEYWARD_PUBLIC_URL), and open the console by it.
    </>
  ),
  INSECURE:
    'Passkeys need HTTPS, and this page was loaded without it. Ask the operator to serve the instance by HTTPS.',
  BROWSER: 'This browser has no passkeys. Open the console in another one, or set up an authenticator app.',
}

function Add() {
  const [added, setAdded] = useState(0)
  const { mutate, error, isPending } = useMutation({
    mutationFn: (name: string) => addPasskey(name),
    onSuccess: async () => {
      toast('Passkey added.')
      setAdded(added + 1)
      await changedPasskeys()
    },
  })
  if (obstacle) return <Note>{OBSTACLES[obstacle]}</Note>
  return (
    <Form key={added} onSend={(values) => mutate(textOf(values, 'name'))}>
      <TextField
        label="Name of the new passkey"
        name="name"
        hint="The device or the password manager that keeps it."
        autoComplete="off"
        required
        maxLength={100}
      />
      <RefusedChange error={error} />
      <div>
        <Button type="submit" busy={isPending}>
          Add passkey
        </Button>
      </div>
    </Form>
  )
}

function List({ passkeys }: { passkeys: readonly Passkey[] }) {
  const [renamed, setRenamed] = useState<string | null>(null)
  const [removed, setRemoved] = useState<Passkey | null>(null)
  return (
    <>
      <Table label="Passkeys">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Added</th>
            <th scope="col" className={layout.end}>
              <span className={layout.soft}>Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {passkeys.map((passkey) => (
            <tr key={passkey.id}>
              <td>
                {renamed === passkey.id ? (
                  <Rename passkey={passkey} done={() => setRenamed(null)} />
                ) : (
                  <div className={layout.main}>
                    <span dir="auto">{passkey.name}</span>
                    <span className={layout.sub}>{passkey.backedUp ? 'Copied to your devices' : 'On one device'}</span>
                  </div>
                )}
              </td>
              <td className={layout.nowrap}>
                <Ago time={passkey.createdAt} />
              </td>
              <td className={layout.end}>
                <div className={classes.actions}>
                  <Button aria-label={`Rename ${passkey.name}`} onClick={() => setRenamed(passkey.id)}>
                    Rename
                  </Button>
                  <Button kind="danger" aria-label={`Remove ${passkey.name}`} onClick={() => setRemoved(passkey)}>
                    Remove
                  </Button>
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      {removed && (
        <Suspense fallback={null}>
          <RemovePasskeyDialog passkey={removed} isLast={passkeys.length === 1} onClose={() => setRemoved(null)} />
        </Suspense>
      )}
    </>
  )
}

function Rename({ passkey, done }: { passkey: Passkey; done: () => void }) {
  const { mutate, error, isPending } = useMutation({
    mutationFn: (name: string) => renamePasskey(passkey.id, name),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['passkeys'] })
      done()
    },
  })
  return (
    <Form onSend={(values) => mutate(textOf(values, 'name'))}>
      <TextField label="New name" name="name" defaultValue={passkey.name} autoFocus required maxLength={100} />
      <ErrorNote error={error} />
      <div className={classes.actions}>
        <Button type="submit" busy={isPending}>
          Save
        </Button>
        <Button onClick={done}>Cancel</Button>
      </div>
    </Form>
  )
}
