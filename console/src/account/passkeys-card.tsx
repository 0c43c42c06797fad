import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '../app/api.ts'
import { AuthError, signOut } from '../app/auth.ts'
import { addPasskey, hasPasskeys, listPasskeys, type Passkey, removePasskey, renamePasskey } from '../app/passkeys.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote, Failed, Loading, Note } from '../ui/feedback.tsx'
import { Form, TextField, textOf } from '../ui/field.tsx'
import { Card, layout, Table } from '../ui/layout.tsx'
import { Ago } from '../ui/time.tsx'
import { toast } from '../ui/toast.tsx'
import classes from './second-factor.module.css'

/** After a first or a last passkey, organizations may show or withhold roles. */
const readAgain = () =>
  Promise.all([['passkeys'], ['session'], ['organization']].map((queryKey) => queries.invalidateQueries({ queryKey })))

/** The passkeys of the signed-in person. */
export function PasskeysCard() {
  const { data, error, refetch } = useQuery({ queryKey: ['passkeys'], queryFn: listPasskeys })
  return (
    <Card
      title="Passkeys"
      note="A passkey signs you in with a fingerprint, a face or a PIN, and counts as a second factor. With one, your password signs you in only together with a code of an authenticator app."
    >
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading rows={1} />
      ) : (
        <>
          {data.length > 0 && <List passkeys={data} />}
          {data.length === 1 && <Note>Add a second passkey or an authenticator app, in case you lose this one.</Note>}
          <Add />
        </>
      )}
    </Card>
  )
}

function Add() {
  const [added, setAdded] = useState(0)
  const { mutate, error, isPending } = useMutation({
    mutationFn: (name: string) => addPasskey(name),
    onSuccess: async () => {
      toast('The passkey is added.')
      setAdded(added + 1)
      await readAgain()
    },
  })
  if (!hasPasskeys) {
    return (
      <Note>
        This browser has no passkeys for this address. Open the console by its name, such as “localhost”, and not by an
        IP address.
      </Note>
    )
  }
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
      <Refused error={error} />
      <div>
        <Button type="submit" busy={isPending}>
          Add passkey
        </Button>
      </div>
    </Form>
  )
}

/** An error. Leads to sign-in if the session is too old for the change. */
function Refused({ error }: { error: Error | null }) {
  return (
    <>
      <ErrorNote error={error} />
      {error instanceof AuthError && error.code === 'SESSION_NOT_FRESH' && (
        <div>
          <Button onClick={() => void signOut('/sign-in?next=%2Faccount')}>Sign in again</Button>
        </div>
      )}
    </>
  )
}

function List({ passkeys }: { passkeys: readonly Passkey[] }) {
  const [renamed, setRenamed] = useState<string | null>(null)
  const remove = useMutation({
    mutationFn: removePasskey,
    onSuccess: async () => {
      toast('The passkey is removed. Delete it on your device as well.')
      await readAgain()
    },
  })
  return (
    <>
      <Refused error={remove.error} />
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
                  <Button
                    kind="danger"
                    aria-label={`Remove ${passkey.name}`}
                    busy={remove.isPending}
                    onClick={() => remove.mutate(passkey.id)}
                  >
                    Remove
                  </Button>
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
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
