import { Badge } from '../ui/feedback.tsx'
import { Card, layout, Table } from '../ui/layout.tsx'
import { Ago, Day, fromNow } from '../ui/time.tsx'
import styles from './keys.module.css'
import type { KeyDetail } from './queries.ts'
import { masked } from './words.ts'

type Version = KeyDetail['secretVersions'][number]

function State({ version, revoked }: { version: Version; revoked: boolean }) {
  if (version.retiredAt || revoked) return <Badge>Retired</Badge>
  if (version.retiresAt) return <Badge tone="warn">Stops {fromNow(version.retiresAt)}</Badge>
  return <Badge tone="good">Current</Badge>
}

/** The secrets of a key with their first and last use, which show when a rotation can be finished. */
export const KeySecrets = ({ row }: { row: KeyDetail }) => (
  <Card title="Secrets" note="Shown once when created. Only their hashes are stored." flush>
    <Table label="Secrets">
      <thead>
        <tr>
          <th scope="col">Secret</th>
          <th scope="col">State</th>
          <th scope="col" className={layout.wideOnly}>
            First used
          </th>
          <th scope="col">Last used</th>
        </tr>
      </thead>
      <tbody>
        {row.secretVersions.map((version) => (
          <tr key={version.version}>
            <td className={layout.nowrap}>
              <div className={layout.main}>
                <span className={layout.mono}>{masked(version.start) || `Version ${version.version}`}</span>
                <span className={layout.sub}>
                  <Day time={version.createdAt} />
                </span>
              </div>
            </td>
            <td>
              <State version={version} revoked={row.status === 'REVOKED'} />
            </td>
            <td className={layout.wideOnly}>
              <Ago time={version.firstUsedAt} />
            </td>
            <td>
              <Ago time={version.lastUsedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
    {row.liveChildTokens > 0 && (
      <p className={styles.children}>
        {row.liveChildTokens === 1 ? '1 child token is live.' : `${row.liveChildTokens} child tokens are live.`} Each
        ends within an hour, or earlier with the secret that created it.
      </p>
    )}
  </Card>
)
