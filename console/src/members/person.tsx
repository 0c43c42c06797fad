import type { PersonFragment } from '../generated/graphql.ts'
import { Badge } from '../ui/feedback.tsx'
import { layout } from '../ui/layout.tsx'

/** A person or a service account, with the address where the server shows it. */
export function Person({ principal, badge }: { principal: PersonFragment; badge?: string | false }) {
  const email = principal.__typename === 'User' ? principal.email : null
  return (
    <div className={layout.main}>
      <span className={layout.titleRow}>
        <span dir="auto">{principal.name}</span>
        {principal.__typename === 'ServiceAccount' && <Badge>Service account</Badge>}
        {badge && <Badge tone="warn">{badge}</Badge>}
      </span>
      {email && <span className={layout.sub}>{email}</span>}
    </div>
  )
}
