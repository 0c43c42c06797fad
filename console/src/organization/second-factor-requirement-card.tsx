import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { type Organization, useSession } from '../app/session.ts'
import type { PeopleWithoutSecondFactorQuery } from '../generated/graphql.ts'
import { withoutSecondFactorQuery } from '../members/queries.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote, Note } from '../ui/feedback.tsx'
import { CheckField, Form } from '../ui/field.tsx'
import { Card } from '../ui/layout.tsx'

const ConfirmDialog = lazy(async () => ({ default: (await import('../app/confirm-dialog.tsx')).ConfirmDialog }))

type People = NonNullable<NonNullable<PeopleWithoutSecondFactorQuery['organization']>['peopleWithoutSecondFactor']>

interface SecondFactorRequirementCardProps {
  organization: Organization
  isRequired: boolean
}

/** Sets whether the people of an organization need a second factor. First lists the people who would be locked out. */
export function SecondFactorRequirementCard({ organization, isRequired }: SecondFactorRequirementCardProps) {
  const { id, canReadSecondFactors } = organization
  const people = useQuery({ ...withoutSecondFactorQuery(id), enabled: canReadSecondFactors })
  const [asking, setAsking] = useState(false)
  const { user } = useSession()
  const set = (requireSecondFactor: boolean) => keyward.organizations.update({ id, requireSecondFactor })
  const done = 'Setting for second factors saved.'
  const { mutate, error, isPending } = useAction({ run: set, done })
  const locked = people.data?.totalCount ? people.data : null
  const isLocked = locked?.nodes.some((person) => person.id === user.id)
  const send = async (required: boolean) => {
    if (!required || isRequired) return mutate(required)
    // Somebody may have joined, or removed their second factor, since the page was opened.
    const { data } = canReadSecondFactors ? await people.refetch() : people
    return data?.totalCount ? setAsking(true) : mutate(true)
  }
  return (
    <Card
      title="Second factor"
      note="If it is required, people who sign in with a password and have no second factor lose access to the organization. Service accounts and keys are not affected."
    >
      <Form onSend={(values) => void send(values.get('required') === 'on')}>
        <CheckField name="required" defaultChecked={isRequired} label="Require a second factor" />
        {locked && (
          <Note tone="warn">
            <p>
              {countOf(locked)}{' '}
              {isRequired ? 'see nothing of the organization until they' : 'would lose access until they'} turn on a
              second factor: <Names people={locked} />.
            </p>
            {isLocked && (
              <p>
                You are one of them. First turn yours on in <Link to="/account">your account</Link>.
              </p>
            )}
            <p>
              <Link to="/o/$organizationId/members" params={{ organizationId: id }} search={{ secondFactor: 'no' }}>
                Show these members
              </Link>
            </p>
          </Note>
        )}
        <ErrorNote error={people.error ?? error} />
        <div>
          <Button type="submit" busy={isPending || people.isRefetching}>
            Save
          </Button>
        </div>
      </Form>
      {asking && locked && (
        <Suspense fallback={null}>
          <ConfirmDialog
            title="Require a second factor"
            action={`Lock out ${countOf(locked)}`}
            run={() => set(true)}
            done={done}
            onClose={() => setAsking(false)}
          >
            <Names people={locked} /> lose all access to the organization at once, until they turn on a second factor.
            Their keys keep working.
          </ConfirmDialog>
        </Suspense>
      )}
    </Card>
  )
}

const countOf = ({ totalCount, totalCountCapped }: People): string =>
  totalCount === 1 ? '1 person' : `${totalCountCapped ? 'more than ' : ''}${totalCount.toLocaleString()} people`

/** The names of people, each in its own direction of writing, and the number of people who are not named. */
function Names({ people: { nodes, totalCount } }: { people: People }) {
  const rest = totalCount - nodes.length
  return (
    <>
      {nodes.map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 && (index === nodes.length - 1 && rest === 0 ? ' and ' : ', ')}
          <bdi>{name}</bdi>
        </span>
      ))}
      {rest > 0 && ` and ${rest.toLocaleString()} more`}
    </>
  )
}
