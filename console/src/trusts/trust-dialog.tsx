import { issueOf, restOf, useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { SelectField, TextArea, TextField, textOf } from '../ui/field.tsx'

interface TrustDialogProps {
  projectId: string
  /** Service accounts of the project. */
  accounts: readonly { id: string; name: string }[]
  onClose: () => void
}

/** The conditions of a text with one `claim=pattern` in each line. */
const conditionsOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [claim = '', ...pattern] = line.split('=')
      return { claim: claim.trim(), pattern: pattern.join('=').trim() }
    })

/** Creates a trust. */
export function TrustDialog({ projectId, accounts, onClose }: TrustDialogProps) {
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) =>
      keyward.trusts.create({
        projectId,
        serviceAccountId: textOf(values, 'account'),
        name: textOf(values, 'name'),
        issuer: textOf(values, 'issuer').trim(),
        conditions: conditionsOf(textOf(values, 'conditions')),
      }),
    done: 'Trust added.',
    onDone: onClose,
  })
  return (
    <FormDialog
      title="Add trust"
      description={
        accounts.length === 0
          ? 'First add a service account to the project as a collaborator.'
          : 'Tokens of the issuer that meet every condition are exchanged for a token of the service account.'
      }
      action="Add trust"
      busy={isPending}
      error={restOf(error, 'name', 'issuer')}
      onSend={mutate}
      onClose={onClose}
    >
      <TextField
        label="Name"
        name="name"
        required
        maxLength={100}
        placeholder="Deployments"
        autoComplete="off"
        error={issueOf(error, 'name')}
      />
      <SelectField label="Acts as" name="account" required>
        {accounts.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <TextField
        label="Issuer"
        name="issuer"
        type="url"
        required
        maxLength={500}
        defaultValue="https://token.actions.githubusercontent.com"
        hint="The default is the URL of GitHub Actions. Every issuer states its URL in the claim iss."
        error={issueOf(error, 'issuer')}
      />
      <TextArea
        label="Conditions"
        name="conditions"
        rows={3}
        required
        placeholder={'repository=octo/app\nref=refs/heads/main'}
        hint="One claim=pattern in each line. * matches any characters."
      />
    </FormDialog>
  )
}
