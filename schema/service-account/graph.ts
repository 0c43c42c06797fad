import { builder } from '../builder.ts'
export const ServiceAccount = builder.prismaNode('ServiceAccount', {
  id: { field: 'id', description: 'The id, `svc_…`. It never changes.' },
  description: 'A non-human member of an organization, for automation. It authenticates with its own token.',
  authScopes: (account, context) => context.isVouched(account),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, unique among the service accounts of its organization.' }),
  }),
})
