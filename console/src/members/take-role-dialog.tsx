import { useQuery } from '@tanstack/react-query'
import { restOf, useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import type { Organization } from '../app/session.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { CheckField, FieldGroup } from '../ui/field.tsx'
import type { MemberRow } from './queries.ts'

interface TakeRoleDialogProps {
  organization: Organization
  row: MemberRow
  to: 'MEMBER' | 'NONE'
  isOneself: boolean
  onClose: () => void
}

/**
 * Removes a member, or makes an admin a member. First shows which tokens will end, and lets an admin keep some of them.
 */
export function TakeRoleDialog({ organization, row, to, isOneself, onClose }: TakeRoleDialogProps) {
  const isRemoval = to === 'NONE'
  const { data, error: unread } = useQuery({
    queryKey: ['last-seen-tokens', row.id],
    queryFn: async ({ signal }) => (await keyward.members.lastSeenTokens(row.id, { signal }))?.lastSeenTokens ?? [],
    enabled: organization.canListServiceAccounts,
  })
  const accounts = new Map(
    (data ?? []).flatMap(({ serviceAccount }) => (serviceAccount ? [[serviceAccount.id, serviceAccount.name]] : [])),
  )
  const isKnown = data !== undefined || !organization.canListServiceAccounts
  const { mutate, error, isPending } = useAction({
    run: async (values: FormData): Promise<unknown> => {
      const keepTokensOf = [...accounts.keys()].filter((id) => values.get(id) === 'on')
      return isRemoval
        ? keyward.members.remove({ id: row.id, keepTokensOf })
        : keyward.members.setRole({ id: row.id, role: to, keepTokensOf })
    },
    done: isRemoval ? 'Member removed.' : 'Role changed.',
    onDone: onClose,
  })
  return (
    <FormDialog
      title={isRemoval ? `Remove “${row.principal.name}”` : `Make “${row.principal.name}” a member`}
      description={
        isRemoval
          ? 'Their access to every project ends at once, and so do their playground tokens. The keys that they created keep working, unless the key policy pauses them.'
          : 'They keep the default project and the projects they are added to. The keys that they created keep working.'
      }
      action={isRemoval ? 'Remove' : 'Make member'}
      danger
      busy={isPending || !isKnown}
      error={unread ?? restOf(error)}
      onSend={mutate}
      onClose={onClose}
    >
      {accounts.size > 0 && (
        <FieldGroup
          label="Tokens that end"
          hint={
            isOneself
              ? 'You know the tokens of these service accounts. Rotate them later to use the accounts again.'
              : 'They know the tokens of these service accounts. Programs that use these tokens stop working. Select the tokens to keep.'
          }
        >
          {[...accounts].map(([id, name]) =>
            isOneself ? (
              <p key={id}>{name}</p>
            ) : (
              <CheckField key={id} name={id} label={`Keep the token of “${name}”`} />
            ),
          )}
        </FieldGroup>
      )}
    </FormDialog>
  )
}
