import { keyward } from '../app/api.ts'
import { CheckField } from '../ui/field.tsx'
import { SettingCard } from '../ui/setting-card.tsx'

interface ConsumersCardProps {
  organizationId: string
  hashConsumers: boolean
}

/** Sets whether end customers in usage are stored as hashes. */
export const ConsumersCard = ({ organizationId, hashConsumers }: ConsumersCardProps) => (
  <SettingCard
    title="Consumers"
    note="Gateways may report your end customer with the usage of a request."
    done="Setting for consumers saved."
    save={(values) =>
      keyward.organizations.update({ id: organizationId, hashConsumers: values.get('hashed') === 'on' })
    }
  >
    <CheckField name="hashed" defaultChecked={hashConsumers} label="Store consumers as hashes, from now on" />
  </SettingCard>
)
