import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type Organization, type Project, useOrganization, useProject } from '../app/session.ts'
import { CurlLine } from '../keys/curl-line.tsx'
import { KeyAdjustments } from '../keys/key-adjustments.tsx'
import { KeyDenials } from '../keys/key-denials.tsx'
import { KeyHistory } from '../keys/key-history.tsx'
import { KeyLimits } from '../keys/key-limits.tsx'
import { KeyMenu } from '../keys/key-menu.tsx'
import { KeySecrets } from '../keys/key-secrets.tsx'
import { KeyUsage } from '../keys/key-usage.tsx'
import { type KeyDetail, keyQuery } from '../keys/queries.ts'
import { ADVICE, masked, REASONS, STATUS, VIOLATIONS, workloadName } from '../keys/words.ts'
import { Badge, Empty, Failed, Loading, Note } from '../ui/feedback.tsx'
import { Icon } from '../ui/icon.tsx'
import { Card, Facts, layout, Page } from '../ui/layout.tsx'
import { Ago, Day, fullTime } from '../ui/time.tsx'

export function KeyPage() {
  const organization = useOrganization()
  const project = useProject()
  const { keyId = '' } = useParams({ strict: false })
  const { data, error, refetch } = useQuery(keyQuery(keyId, project.canReadBudget, project.canReadKeyPolicy))
  if (error) return <Failed error={error} retry={() => void refetch()} />
  if (data === undefined) return <Loading />
  if (!data) {
    return (
      <Empty icon="search" title="This key does not exist">
        It may belong to another project, or you may not see it.
      </Empty>
    )
  }
  return <Key organization={organization} project={project} row={data} />
}

interface KeyProps {
  organization: Organization
  project: Project
  row: KeyDetail
}

function Key({ organization, project, row }: KeyProps) {
  const status = STATUS[row.status]
  const ids = { organizationId: organization.id, projectId: project.id }
  return (
    <Page
      title={row.name}
      lead={<span className={layout.mono}>{masked(row.start)}</span>}
      crumb={
        <Link to="/o/$organizationId/projects/$projectId" params={ids} className={layout.crumb}>
          <Icon name="back" size={14} />
          <span dir="auto">{project.name}</span>
        </Link>
      }
      badges={<Badge tone={status.tone}>{status.label}</Badge>}
      actions={<KeyMenu organization={organization} row={row} onPage />}
    >
      <Notes row={row} organization={organization} />
      <div className={layout.grid}>
        <Details row={row} ids={ids} />
        <KeySecrets row={row} />
        <KeyLimits row={row} project={project} />
        {project.canReadUsage && <KeyUsage id={row.id} />}
        {project.canReadUsage && <KeyAdjustments id={row.id} name={row.name} canAdjust={organization.canAdjustUsage} />}
        {project.canReadUsage && <KeyDenials id={row.id} />}
        {project.canReadAudit && <KeyHistory projectId={project.id} keyId={row.id} />}
        {row.status === 'ACTIVE' && (
          <Card title="Use it">
            <CurlLine />
          </Card>
        )}
      </div>
    </Page>
  )
}

function Notes({ row, organization }: { row: KeyDetail; organization: Organization }) {
  return (
    <>
      {row.status === 'REVOKED' && row.revokedAt && (
        <Note>
          Revoked on {fullTime(row.revokedAt)}
          {row.revocationReason && `: ${REASONS[row.revocationReason].toLowerCase()}`}. A revocation is final; usage and
          history stay.
        </Note>
      )}
      {row.status === 'PAUSED' && row.pausedAt && (
        <Note tone="warn">
          Paused since {fullTime(row.pausedAt)}
          {row.pausedUntil ? `, until ${fullTime(row.pausedUntil)}` : ''}. Its requests are denied.
        </Note>
      )}
      {(organization.pausedAt || row.project.pausedAt) && (
        <Note tone="warn">
          {organization.deletesAt
            ? 'The organization of this key will be deleted. Its keys do not work until its Owner cancels the deletion.'
            : `The ${organization.pausedAt ? 'organization' : 'project'} of this key is paused. Its keys do not work until it is resumed.`}
        </Note>
      )}
      {row.project.archivedAt && (
        <Note tone="warn">The project of this key is archived. Its keys do not work until it is restored.</Note>
      )}
      {row.advice.map((advice) => (
        <Note key={advice} tone={ADVICE[advice].tone}>
          {ADVICE[advice].text}
        </Note>
      ))}
      {row.policyViolations?.map(({ rule, message }) => (
        <Note key={`${rule} ${message}`} tone="warn">
          This key is older than its key policy and keeps working, although it violates a rule: {VIOLATIONS[rule]}{' '}
          {message}
        </Note>
      ))}
    </>
  )
}

const Details = ({ row, ids }: { row: KeyDetail; ids: { organizationId: string; projectId: string } }) => (
  <Card title="Details">
    <Facts
      rows={[
        ['Key id', <code key="id">{row.id}</code>],
        [
          'Created',
          <span key="created">
            <Day time={row.createdAt} /> by{' '}
            {row.createdBy ? (
              <Link
                to="/o/$organizationId/projects/$projectId"
                params={ids}
                search={{ creator: row.createdBy.id }}
                title={`Keys created by ${row.createdByName}`}
              >
                <bdi>{row.createdByName}</bdi>
              </Link>
            ) : (
              <bdi>{row.createdByName}</bdi>
            )}
            {row.imported && ', imported'}
          </span>,
        ],
        ['Last used', <Ago key="used" time={row.lastUsedAt} />],
        ['Expires', row.expiresAt ? <Ago key="expires" time={row.expiresAt} /> : 'Never'],
        ['Workloads', row.workloads.length > 0 ? row.workloads.map(workloadName).join(', ') : 'All'],
        ['Models', row.models.length > 0 ? <code key="models">{row.models.join(', ')}</code> : 'All'],
        ['Networks', row.allowedIps.length > 0 ? <code key="ips">{row.allowedIps.join(', ')}</code> : 'Any address'],
        [
          'Tags',
          row.tags.length > 0 ? (
            <span key="tags" className={layout.sub}>
              {row.tags.map(({ key, value }) => (
                <Link
                  key={key}
                  to="/o/$organizationId/projects/$projectId"
                  params={ids}
                  search={{ tag: `${key}=${value}` }}
                  title={`Keys with the tag ${key}=${value}`}
                >
                  <Badge>
                    {key}={value}
                  </Badge>
                </Link>
              ))}
            </span>
          ) : (
            'None'
          ),
        ],
      ]}
    />
  </Card>
)
