import { type FormEvent, useState } from 'react'
import { KeyItem } from './key-item.tsx'
import type { Keys } from './keys.ts'
import { Secret } from './secret.tsx'

/** The keys of a project: the same page for every client. */
export function KeysPage({ rows, error, loadMore, create, rotate, revoke }: Keys) {
  const [secret, setSecret] = useState<{ name: string; value: string } | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)

  /** Runs a change, and shows why it failed. */
  async function run(change: () => Promise<unknown>): Promise<boolean> {
    setBusy(true)
    setFailure(null)
    try {
      await change()
      return true
    } catch (thrown) {
      setFailure(thrown instanceof Error ? thrown.message : String(thrown))
      return false
    } finally {
      setBusy(false)
    }
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const name = String(new FormData(form).get('name'))
    if (await run(async () => setSecret({ name, value: (await create(name)).secret }))) form.reset()
  }

  return (
    <>
      <form className="create" onSubmit={submit}>
        <label>
          Name
          <input name="name" required maxLength={100} autoComplete="off" placeholder="chat backend" />
        </label>
        <button type="submit" className="primary" disabled={isBusy}>
          Create key
        </button>
      </form>
      {failure !== null && (
        <p role="alert" className="failure">
          {failure}
        </p>
      )}
      {error && (
        <p role="alert" className="failure">
          {error.message}
        </p>
      )}
      {secret && <Secret name={secret.name} value={secret.value} onDone={() => setSecret(null)} />}
      {rows === undefined && !error && <p className="quiet">Loading …</p>}
      {rows?.length === 0 && <p className="quiet">This project has no keys.</p>}
      <ul className="keys" aria-label="Keys">
        {rows?.map((row) => (
          <KeyItem
            key={row.id}
            row={row}
            isBusy={isBusy}
            onRotate={() => run(async () => setSecret({ name: row.name, value: (await rotate(row.id)).secret }))}
            onRevoke={() => run(() => revoke(row.id))}
          />
        ))}
      </ul>
      {loadMore && (
        <button type="button" onClick={loadMore}>
          Show more
        </button>
      )}
    </>
  )
}
