import { useState } from 'react'
import { issueOf, restOf, useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import type { Project } from '../app/session.ts'
import { LimitFields, limitsOf } from '../limits/limit-fields.tsx'
import { FormDialog, SecretDialog } from '../ui/dialog.tsx'
import { Note } from '../ui/feedback.tsx'
import { SelectField, TextField, textOf } from '../ui/field.tsx'
import { Fold } from '../ui/fold.tsx'
import { CurlLine } from './curl-line.tsx'
import { ExpirationField, type ExpirationValue, expirationOf } from './expiration-field.tsx'
import { usePolicyBounds } from './policy-bounds.ts'
import { linesOf, ModelsField, NetworksField, WorkloadsField, workloadsOf } from './scope-fields.tsx'

/** Reads tags from lines such as `team=web`. */
const tagsOf = (values: FormData) =>
  linesOf(values, 'tags').map((line) => {
    const [key = '', ...value] = line.split('=')
    return { key, value: value.join('=') }
  })

interface CreateKeyDialogProps {
  /** The projects in which the person may create keys. */
  projects: readonly Project[]
  onClose: () => void
}

/** Creates a key, and shows its secret once. */
export function CreateKeyDialog({ projects, onClose }: CreateKeyDialogProps) {
  const [projectId, setProjectId] = useState(projects[0]?.id ?? '')
  const project = projects.find(({ id }) => id === projectId)
  const bounds = usePolicyBounds(project)
  const [expiration, setExpiration] = useState<ExpirationValue>({ choice: '30', day: '' })
  const [secret, setSecret] = useState<string | null>(null)
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) => {
      const limits = limitsOf(values)
      const hasLimits =
        limits.requestsPerMinute !== null ||
        limits.maxConcurrent !== null ||
        limits.rates.length > 0 ||
        limits.budgets.length > 0
      return keyward.apiKeys.create({
        projectId,
        name: textOf(values, 'name'),
        ...expirationOf(expiration, bounds),
        workloads: workloadsOf(values),
        models: linesOf(values, 'models'),
        allowedIps: linesOf(values, 'allowedIps'),
        tags: tagsOf(values),
        ...(hasLimits ? { limits } : {}),
      })
    },
    onDone: (created) => setSecret(created.secret),
  })
  if (secret) {
    return (
      <SecretDialog title="Your new key" secret={secret} noun="secret" onClose={onClose}>
        <CurlLine />
      </SecretDialog>
    )
  }
  return (
    <FormDialog
      title="Create key"
      description={project && projects.length === 1 ? `In the project “${project.name}”.` : undefined}
      action="Create key"
      large
      busy={isPending}
      error={restOf(error, 'name', 'expiresAt', 'expiresInSeconds', 'models', 'allowedIps', 'tags')}
      onSend={mutate}
      onClose={onClose}
    >
      <TextField
        label="Name"
        name="name"
        required
        maxLength={100}
        placeholder="Website chat"
        autoComplete="off"
        hint="Name the application that uses the key."
        error={issueOf(error, 'name')}
      />
      {projects.length > 1 && (
        <SelectField label="Project" value={projectId} onChange={(event) => setProjectId(event.currentTarget.value)}>
          {projects.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      {bounds.onlyServiceAccounts && (
        <Note tone="warn">
          The key policy lets only service accounts create keys here. Use the API or the command line with the token of
          one.
        </Note>
      )}
      <ExpirationField
        value={expiration}
        change={setExpiration}
        bounds={bounds}
        error={issueOf(error, 'expiresAt') ?? issueOf(error, 'expiresInSeconds')}
      />
      <WorkloadsField permitted={bounds.workloads} />
      {project?.canSetKeyLimits && (
        <Fold summary="Limits">
          <LimitFields />
        </Fold>
      )}
      <Fold
        summary="Models, networks and tags"
        open={['models', 'allowedIps', 'tags'].some((name) => issueOf(error, name))}
      >
        <ModelsField bounds={bounds} error={issueOf(error, 'models')} />
        <NetworksField bounds={bounds} error={issueOf(error, 'allowedIps')} />
        <TextField
          label="Tags"
          name="tags"
          optional
          placeholder="team=web environment=production"
          hint="Separated by spaces. Tags appear in webhooks and filters."
          error={issueOf(error, 'tags')}
        />
      </Fold>
    </FormDialog>
  )
}
