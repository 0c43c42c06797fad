import { useState } from 'react'
import type { KeyRow } from './keys.ts'

const day = (time: string): string => new Date(time).toLocaleDateString('en', { dateStyle: 'medium' })

/** One key. Revocation is permanent, so it takes a second click. */
export function KeyItem({
  row,
  isBusy,
  onRotate,
  onRevoke,
}: {
  row: KeyRow
  isBusy: boolean
  onRotate: () => void
  onRevoke: () => void
}) {
  const [isAsking, setAsking] = useState(false)
  const isRevoked = row.status === 'REVOKED'
  return (
    <li className={isRevoked ? 'revoked' : ''}>
      <div className="what">
        <strong>{row.name}</strong>
        <code>{row.start}…</code>
      </div>
      <span className={`status ${row.status.toLowerCase()}`}>{row.status.toLowerCase()}</span>
      <span className="quiet">
        {day(row.createdAt)} by {row.createdByName},{' '}
        {row.lastUsedAt ? `last used ${day(row.lastUsedAt)}` : 'never used'}
      </span>
      {!isRevoked && (
        <div className="actions">
          {isAsking ? (
            <>
              <button type="button" onClick={() => setAsking(false)}>
                Keep
              </button>
              <button type="button" className="danger" disabled={isBusy} onClick={onRevoke}>
                Revoke permanently
              </button>
            </>
          ) : (
            <>
              <button type="button" disabled={isBusy} onClick={onRotate}>
                Rotate
              </button>
              <button type="button" onClick={() => setAsking(true)}>
                Revoke
              </button>
            </>
          )}
        </div>
      )}
    </li>
  )
}
