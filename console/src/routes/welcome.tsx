import { useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { SecondFactorRequired } from '../account/second-factor-required.tsx'
import { issueOf, restOf } from '../app/action.ts'
import { keyward, queries } from '../app/api.ts'
import { signOut } from '../app/auth.ts'
import { organizationQuery, type Project, useSession } from '../app/session.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/feedback.tsx'
import { Form, TextField, textOf } from '../ui/field.tsx'
import classes from '../ui/gate.module.css'
import { Gate } from '../ui/gate.tsx'

const CreateKeyDialog = lazy(async () => ({ default: (await import('../keys/create-key-dialog.tsx')).CreateKeyDialog }))

/** The first steps of a new person: name an organization, then create its first key. */
export function WelcomePage() {
  const { user, organizations } = useSession()
  const navigate = useNavigate()
  const [made, setMade] = useState<{ organizationId: string; projects: readonly Project[] } | null>(null)
  const [creating, setCreating] = useState(false)
  const { mutate, error, isPending } = useMutation({
    mutationFn: async (values: FormData) => {
      const { id } = await keyward.organizations.create({
        name: textOf(values, 'name'),
        defaultProjectName: textOf(values, 'project').trim() || 'Default project',
      })
      await queries.invalidateQueries({ queryKey: ['session'] })
      const organization = await queries.fetchQuery(organizationQuery(id))
      return { organizationId: id, projects: organization?.projects ?? [] }
    },
    onSuccess: setMade,
  })
  const leave = (organizationId: string) =>
    void navigate({ to: '/o/$organizationId/keys', params: { organizationId }, replace: true })
  if (made) {
    return (
      <Gate title="Create your first key" lead="An application sends the secret of a key with each request.">
        <Steps done={2} />
        <Button kind="primary" icon="plus" wide onClick={() => setCreating(true)}>
          Create key
        </Button>
        <Button wide onClick={() => leave(made.organizationId)}>
          Not now
        </Button>
        {creating && (
          <Suspense fallback={null}>
            <CreateKeyDialog projects={made.projects} onClose={() => leave(made.organizationId)} />
          </Suspense>
        )}
      </Gate>
    )
  }
  const isFirst = organizations.length === 0
  return (
    <Gate
      title={isFirst ? `Welcome, ${user.name}` : 'New organization'}
      lead={
        isFirst
          ? 'Name your organization, or open the link of an invitation to join one.'
          : 'An organization has its own members, projects, keys and audit log.'
      }
      foot={
        isFirst ? (
          <>
            <p>You are signed in as {user.email}</p>
            <Button kind="quiet" onClick={() => void signOut()}>
              Sign out
            </Button>
          </>
        ) : (
          <Link to="/">Back to the console</Link>
        )
      }
    >
      <SecondFactorRequired />
      <Steps done={1} />
      <Form onSend={mutate}>
        <TextField
          label="Organization"
          name="name"
          required
          maxLength={100}
          autoComplete="organization"
          placeholder="Acme AI"
          error={issueOf(error, 'name')}
        />
        <TextField
          label="First project"
          name="project"
          optional
          maxLength={100}
          placeholder="Default project"
          hint="A project has its own keys, collaborators and budgets."
          error={issueOf(error, 'defaultProjectName')}
        />
        <ErrorNote error={restOf(error, 'name', 'defaultProjectName')} />
        <Button kind="primary" type="submit" wide busy={isPending}>
          Create organization
        </Button>
      </Form>
    </Gate>
  )
}

const Steps = ({ done }: { done: number }) => (
  <ol className={classes.steps} aria-label={`Step ${done} of 2`}>
    <li data-done={done >= 1} />
    <li data-done={done >= 2} />
  </ol>
)
