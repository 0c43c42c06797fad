import type { PersonFragment } from '../generated/graphql.ts'
import { Badge } from '../ui/feedback.tsx'
import { layout } from '../ui/layout.tsx'

export const NO_SECOND_FACTOR = 'No second factor'

interface PersonProps {
  principal: PersonFragment
  badges?: readonly (string | false)[]
}

/** A person or a service account, with the address if the server shows it. */
export function Person({ principal, badges = [] }: PersonProps) {
  const email = principal.__typename === 'User' ? principal.email : null
  return (
    <div className={layout.main}>
      <span className={layout.titleRow}>
        <span dir="auto">{principal.name}</span>
        {principal.__typename === 'ServiceAccount' && <Badge>Service account</Badge>}
        {badges.map(
          (badge) =>
            badge && (
              <Badge key={badge} tone="warn">
                {badge}
              </Badge>
            ),
        )}
      </span>
      {email && <span className={layout.sub}>{email}</span>}
    </div>
  )
}
