import { useQuery } from '@tanstack/react-query'
import { issueOf, restOf, useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { oneOf } from '../app/search.ts'
import { type Organization, useOrganization } from '../app/session.ts'
import { OrganizationDeletion } from '../deletion/organization-deletion.tsx'
import { OrganizationSettingsDocument } from '../generated/graphql.ts'
import { OutsidePolicy } from '../key-policy/outside-policy.tsx'
import { PolicyCard } from '../key-policy/policy-card.tsx'
import { LimitsCard } from '../limits/limits-card.tsx'
import { TagLimitsCard } from '../limits/tag-limits-card.tsx'
import { ConsumersCard } from '../organization/consumers-card.tsx'
import { LegacyKeyCard } from '../organization/legacy-key-card.tsx'
import { SecondFactorRequirementCard } from '../organization/second-factor-requirement-card.tsx'
import { TimeZoneCard } from '../organization/time-zone-card.tsx'
import { PauseCard } from '../pause/pause-card.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorNote, Failed, Loading, NoAccess } from '../ui/feedback.tsx'
import { Form, SelectField, TextField, textOf } from '../ui/field.tsx'
import { Card, Page } from '../ui/layout.tsx'

/** The action on keys whose creator leaves. */
const LEAVES = ['KEEP', 'FLAG', 'PAUSE'] as const

/** The settings of an organization: its name, its limits, and the legacy key for its Owner. */
export function OrganizationSettingsPage() {
  const organization = useOrganization()
  const { data, error, refetch } = useQuery({
    queryKey: ['organization-settings', organization.id],
    queryFn: async ({ signal }) =>
      (await keyward.request(OrganizationSettingsDocument, { id: organization.id }, { signal })).organization,
    enabled: organization.canReadLimits,
  })
  return (
    <Page title="Settings" narrow>
      {!organization.canUpdate ? (
        <NoAccess>The Owner and the ADMINs of the organization change its settings.</NoAccess>
      ) : (
        <>
          <Name organization={organization} />
          {error ? (
            <Failed error={error} retry={() => void refetch()} />
          ) : !data ? (
            <Loading />
          ) : (
            <LimitsCard
              note="All projects and keys of the organization share them."
              limits={data.usageLimits}
              status={data}
              canSet={organization.canSetLimits}
              set={(limits) => keyward.organizations.setUsageLimits({ organizationId: organization.id, ...limits })}
            />
          )}
          {data && <TagLimitsCard organization={organization} limited={data.tagLimits} />}
          {data?.keyPolicy && (
            <PolicyCard
              note="Rules for the keys of every project. Policies of projects can only be stricter."
              policy={data.keyPolicy}
              canSet={organization.canSetKeyPolicy}
              set={(bounds, values) =>
                keyward.organizations.setKeyPolicy({
                  organizationId: organization.id,
                  ...bounds,
                  whenCreatorLeaves: oneOf(textOf(values, 'leaves'), LEAVES) ?? 'KEEP',
                })
              }
              after={
                data.apiKeysOutsidePolicy && (
                  <OutsidePolicy organizationId={organization.id} keys={data.apiKeysOutsidePolicy} />
                )
              }
            >
              <SelectField
                label="When a creator leaves the organization"
                name="leaves"
                defaultValue={data.keyPolicy.whenCreatorLeaves}
              >
                <option value="KEEP">Keep their keys working</option>
                <option value="FLAG">Keep their keys working, and notify of each</option>
                <option value="PAUSE">Pause their keys</option>
              </SelectField>
            </PolicyCard>
          )}
          {data && <SecondFactorRequirementCard organization={organization} isRequired={data.requireSecondFactor} />}
          {data && <TimeZoneCard organizationId={organization.id} timeZone={data.timeZone} />}
          {data && <ConsumersCard organizationId={organization.id} hashConsumers={data.hashConsumers} />}
          {!organization.deletesAt && (
            <PauseCard
              name={organization.name}
              what="organization"
              effect="Requests with its keys, its legacy key and playground tokens are denied until it is resumed."
              paused={organization}
              canPause={organization.canPause}
              canResume={organization.canResume}
              pause={(until) => keyward.organizations.pause({ id: organization.id, until })}
              resume={() => keyward.organizations.resume({ id: organization.id })}
            />
          )}
          {organization.canRevealLegacyKey && <LegacyKeyCard organizationId={organization.id} />}
          {organization.canDelete && <OrganizationDeletion organization={organization} />}
        </>
      )}
    </Page>
  )
}

function Name({ organization }: { organization: Organization }) {
  const { mutate, error, isPending } = useAction({
    run: (name: string) => keyward.organizations.update({ id: organization.id, name }),
    done: 'Organization renamed.',
  })
  return (
    <Card title="Organization">
      <Form onSend={(values) => mutate(textOf(values, 'name'))}>
        <TextField
          label="Name"
          name="name"
          defaultValue={organization.name}
          required
          maxLength={100}
          error={issueOf(error, 'name')}
        />
        <ErrorNote error={restOf(error, 'name')} />
        <div>
          <Button type="submit" busy={isPending}>
            Rename
          </Button>
        </div>
      </Form>
    </Card>
  )
}
