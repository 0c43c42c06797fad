import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { keyward } from '../app/api.ts'
import { useOrganization } from '../app/session.ts'
import { ServiceAccountsDocument, type ServiceAccountsQuery } from '../generated/graphql.ts'
import { humanize, masked } from '../keys/words.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Empty, Failed, Loading, NoAccess } from '../ui/feedback.tsx'
import { Card, layout, Page, Table } from '../ui/layout.tsx'
import { Menu } from '../ui/menu.tsx'
import { Ago } from '../ui/time.tsx'

const Dialogs = lazy(async () => ({ default: (await import('../service-accounts/dialogs.tsx')).ServiceAccountDialogs }))

type Account = NonNullable<NonNullable<ServiceAccountsQuery['organization']>['serviceAccounts']>['nodes'][number]
type Open = { name: 'create' } | { name: 'rotate' | 'remove'; account: Account }

/** Shows when a token expires or that it has ended, and when the previous one stops working. */
function TokenState({ account: { tokenEndedAt, tokenExpiresAt, previousRetiresAt } }: { account: Account }) {
  return (
    <>
      {tokenEndedAt ? (
        <span className={layout.sub}>Token ended. Rotate it to use the account again.</span>
      ) : (
        tokenExpiresAt && (
          <span className={layout.sub}>
            Token expires <Ago time={tokenExpiresAt} />
          </span>
        )
      )}
      {previousRetiresAt && (
        <span className={layout.sub}>
          Previous token works until <Ago time={previousRetiresAt} />
        </span>
      )}
    </>
  )
}

/** The service accounts of an organization. */
export function ServiceAccountsPage() {
  const organization = useOrganization()
  const [open, setOpen] = useState<Open | null>(null)
  const { data, error, refetch } = useQuery({
    queryKey: ['service-accounts', organization.id],
    queryFn: async ({ signal }) => {
      const found = await keyward.request(ServiceAccountsDocument, { id: organization.id }, { signal })
      return found.organization?.serviceAccounts?.nodes ?? []
    },
    enabled: organization.canListServiceAccounts,
  })
  const create = organization.canCreateServiceAccounts && (
    <Button kind="primary" icon="plus" onClick={() => setOpen({ name: 'create' })}>
      Create service account
    </Button>
  )
  return (
    <Page
      title="Service accounts"
      lead="Members for automation, such as a deployment pipeline. Each has roles like a person, and a token of its own."
      actions={create}
    >
      {!organization.canListServiceAccounts ? (
        <NoAccess>The Owner and the ADMINs of the organization manage its service accounts.</NoAccess>
      ) : (
        <Card flush>
          {error ? (
            <Failed error={error} retry={() => void refetch()} />
          ) : data === undefined ? (
            <Loading />
          ) : data.length === 0 ? (
            <Empty icon="bot" title="No service accounts" actions={create}>
              Create one to automate key management with the SDK or the command-line client.
            </Empty>
          ) : (
            <Table label="Service accounts">
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Role</th>
                  <th scope="col" className={layout.wideOnly}>
                    Last used
                  </th>
                  <th scope="col" className={layout.end}>
                    Actions
                  </th>
                </tr>
              </thead>
              <tbody>
                {data.map((account) => (
                  <tr key={account.id}>
                    <td>
                      <div className={layout.main}>
                        <span dir="auto">{account.name}</span>
                        <span className={[layout.sub, layout.mono].join(' ')}>{masked(account.tokenStart ?? '')}</span>
                        <TokenState account={account} />
                      </div>
                    </td>
                    <td>{account.role ? humanize(account.role) : 'None'}</td>
                    <td className={layout.wideOnly}>
                      <Ago time={account.lastUsedAt} />
                    </td>
                    <td className={layout.end}>
                      <Menu
                        trigger={<IconButton icon="dots" label={`Actions for ${account.name}`} />}
                        entries={[
                          ...(organization.canRotateTokens
                            ? [
                                {
                                  label: 'Rotate token',
                                  icon: 'rotate' as const,
                                  run: () => setOpen({ name: 'rotate', account }),
                                },
                              ]
                            : []),
                          ...(organization.canRemoveServiceAccounts
                            ? [
                                {
                                  label: 'Remove',
                                  icon: 'exit' as const,
                                  danger: true,
                                  run: () => setOpen({ name: 'remove', account }),
                                },
                              ]
                            : []),
                        ]}
                      />
                    </td>
                  </tr>
                ))}
              </tbody>
            </Table>
          )}
        </Card>
      )}
      {open && (
        <Suspense fallback={null}>
          <Dialogs organizationId={organization.id} open={open} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </Page>
  )
}
