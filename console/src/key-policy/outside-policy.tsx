import { Link } from '@tanstack/react-router'
import type { OrganizationSettingsQuery } from '../generated/graphql.ts'
import { Note } from '../ui/feedback.tsx'

type Outside = NonNullable<NonNullable<OrganizationSettingsQuery['organization']>['apiKeysOutsidePolicy']>

/** The keys that violate the key policies. They keep working, but must meet the policy when somebody changes them. */
export function OutsidePolicy({ organizationId, keys }: { organizationId: string; keys: Outside }) {
  const { totalCount, nodes } = keys
  if (totalCount === 0) return null
  return (
    <Note tone="warn">
      {totalCount === 1 ? '1 key exceeds' : `${totalCount} keys exceed`} a key policy and{' '}
      {totalCount === 1 ? 'keeps' : 'keep'} working:{' '}
      {nodes.map(({ id, name, project }, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Link
            to="/o/$organizationId/projects/$projectId/keys/$keyId"
            params={{ organizationId, projectId: project.id, keyId: id }}
          >
            <bdi>{name}</bdi>
          </Link>
        </span>
      ))}
      {totalCount > nodes.length && ' …'}
    </Note>
  )
}
