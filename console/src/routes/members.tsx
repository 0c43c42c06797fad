import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { oneOf } from '../app/search.ts'
import { type Organization, useOrganization, useSession } from '../app/session.ts'
import { humanize } from '../keys/words.ts'
import { InvitationsCard } from '../members/invitations-card.tsx'
import { NO_SECOND_FACTOR, Person } from '../members/person.tsx'
import { type MemberRow, membersQuery, organizationInvitationsQuery } from '../members/queries.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Empty, ErrorNote, Failed, Loading, NoAccess } from '../ui/feedback.tsx'
import fieldClasses from '../ui/field.module.css'
import { Card, layout, Page, Table } from '../ui/layout.tsx'
import { Menu } from '../ui/menu.tsx'
import { Pager } from '../ui/pager.tsx'
import { Day } from '../ui/time.tsx'

const HERE = '/signed-in/o/$organizationId/members'

const InviteDialog = lazy(async () => ({ default: (await import('../members/invite-dialog.tsx')).InviteDialog }))
const TakeRoleDialog = lazy(async () => ({
  default: (await import('../members/take-role-dialog.tsx')).TakeRoleDialog,
}))

const ConfirmDialog = lazy(async () => ({ default: (await import('../app/confirm-dialog.tsx')).ConfirmDialog }))

/** The members of an organization and its open invitations. */
export function MembersPage() {
  const organization = useOrganization()
  const [inviting, setInviting] = useState(false)
  const invitations = useQuery({
    ...organizationInvitationsQuery(organization.id),
    enabled: organization.canListInvitations,
  })
  return (
    <Page
      title="Members"
      lead="People and service accounts of the organization. External collaborators are listed in their projects."
      actions={
        organization.canInvite && (
          <Button kind="primary" icon="plus" onClick={() => setInviting(true)}>
            Invite member
          </Button>
        )
      }
    >
      {organization.canReadSecondFactors && <Toolbar />}
      {organization.canListMembers ? (
        <Card flush>
          <Members organization={organization} />
        </Card>
      ) : (
        <NoAccess>Only members of the organization see who belongs to it.</NoAccess>
      )}
      {organization.canListInvitations && (
        <InvitationsCard query={invitations} canCancel={organization.canCancelInvitations} />
      )}
      {inviting && (
        <Suspense fallback={null}>
          <InviteDialog
            to={{ organizationId: organization.id }}
            name={organization.name}
            onClose={() => setInviting(false)}
          />
        </Suspense>
      )}
    </Page>
  )
}

/** Filters the members. The choice is stored in the address. */
function Toolbar() {
  const { secondFactor } = useSearch({ from: HERE })
  const navigate = useNavigate()
  return (
    <div className={layout.toolbar}>
      <select
        className={fieldClasses.input}
        aria-label="Second factor"
        value={oneOf(secondFactor, ['yes', 'no']) ?? ''}
        onChange={({ currentTarget: { value } }) =>
          void navigate({ to: '.', search: (value ? { secondFactor: value } : {}) as never })
        }
      >
        <option value="">All members</option>
        <option value="no">Without a second factor</option>
        <option value="yes">With a second factor</option>
      </select>
    </div>
  )
}

function Members({ organization }: { organization: Organization }) {
  const place = useSearch({ from: HERE })
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery(membersQuery(organization, place))
  const { user } = useSession()
  const [taking, setTaking] = useState<{ row: MemberRow; to: 'MEMBER' | 'NONE' } | null>(null)
  const [heir, setHeir] = useState<MemberRow | null>(null)
  const setRole = useAction({
    run: (input: { id: string; role: 'ADMIN' }) => keyward.members.setRole(input),
    done: 'Role changed.',
  })
  if (error) return <Failed error={error} retry={() => void refetch()} />
  if (!data) return <Loading />
  if (data.nodes.length === 0) {
    return (
      <Empty icon="search" title="No members match">
        {place.secondFactor === 'no'
          ? 'Every member has a second factor, or signs in without a password.'
          : 'Service accounts and people who sign in without a password need no second factor.'}
      </Empty>
    )
  }
  return (
    <>
      <ErrorNote error={setRole.error} />
      <Table label="Members">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Role</th>
            <th scope="col" className={layout.wideOnly}>
              Joined
            </th>
            <th scope="col" className={layout.end}>
              Actions
            </th>
          </tr>
        </thead>
        <tbody>
          {data.nodes.map((row) => (
            <tr key={row.id}>
              <td>
                <Person principal={row.principal} badges={[row.hasSecondFactor === false && NO_SECOND_FACTOR]} />
              </td>
              <td>{humanize(row.role)}</td>
              <td className={layout.wideOnly}>
                <Day time={row.joinedAt} />
              </td>
              <td className={layout.end}>
                <MemberMenu
                  organization={organization}
                  row={row}
                  promote={() => setRole.mutate({ id: row.id, role: 'ADMIN' })}
                  take={(to) => setTaking({ row, to })}
                  offer={() => setHeir(row)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      <Pager
        pageInfo={data.pageInfo}
        total={data.totalCount}
        noun="member"
        go={(next) => {
          const { secondFactor } = place
          void navigate({ to: '.', search: { ...next, ...(secondFactor ? { secondFactor } : {}) } as never })
        }}
      />
      {taking && (
        <Suspense fallback={null}>
          <TakeRoleDialog
            {...taking}
            organization={organization}
            isOneself={taking.row.principal.id === user.id}
            onClose={() => setTaking(null)}
          />
        </Suspense>
      )}
      {heir && (
        <Suspense fallback={null}>
          <ConfirmDialog
            title={`Offer the ownership to “${heir.principal.name}”`}
            action="Offer the ownership"
            run={() => keyward.ownership.offer({ organizationId: organization.id, memberId: heir.id })}
            done="Ownership offered."
            onClose={() => setHeir(null)}
          >
            They have 7 days to accept. You become an admin then. An earlier offer ends.
          </ConfirmDialog>
        </Suspense>
      )}
    </>
  )
}

interface MemberMenuProps {
  organization: Organization
  row: MemberRow
  promote: () => void
  take: (to: 'MEMBER' | 'NONE') => void
  offer: () => void
}

function MemberMenu({ organization, row, promote, take, offer }: MemberMenuProps) {
  const { user } = useSession()
  const isOneself = row.principal.id === user.id
  // The server also checks that nobody changes a role above their own.
  if (row.role === 'OWNER' || !(organization.canChangeRoles || organization.canRemoveMembers || isOneself)) return null
  const entries = [
    ...(organization.canChangeRoles
      ? [
          row.role === 'ADMIN'
            ? ({ label: 'Make member', icon: 'person', run: () => take('MEMBER') } as const)
            : ({ label: 'Make admin', icon: 'users', run: promote } as const),
        ]
      : []),
    ...(organization.canTransferOwnership && row.principal.__typename === 'User'
      ? [{ label: 'Offer the ownership', icon: 'send', run: offer } as const]
      : []),
    ...(organization.canRemoveMembers || isOneself
      ? [{ label: isOneself ? 'Leave' : 'Remove', icon: 'exit', danger: true, run: () => take('NONE') } as const]
      : []),
  ]
  return <Menu entries={entries} trigger={<IconButton icon="dots" label={`Actions for ${row.principal.name}`} />} />
}
