import { Link } from '@tanstack/react-router'
import { useSession } from '../app/session.ts'
import { Note } from '../ui/feedback.tsx'

/** Names the organizations that the person can see only with a second factor, and links to its settings. */
export function SecondFactorRequired() {
  const names = useSession().secondFactorRequiredBy.map(({ organizationName }) => organizationName)
  if (names.length === 0) return null
  return (
    <Note tone="warn">
      {names.map((name) => `“${name}”`).join(', ')} {names.length === 1 ? 'requires' : 'require'} a second factor.{' '}
      <Link to="/account">Turn it on in your account</Link> to see {names.length === 1 ? 'it' : 'them'}.
    </Note>
  )
}
