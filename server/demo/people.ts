/** People in the demo organization. */
export const PEOPLE = [
  { role: 'Owner', name: 'Olivia Chen', email: 'owner@acme.example' },
  { role: 'Admin', name: 'Amir Haddad', email: 'admin@acme.example' },
  { role: 'Member', name: 'Mei Tanaka', email: 'member@acme.example' },
  { role: 'external collaborator of Production', name: 'Eli Novak', email: 'external@acme.example' },
] as const

export const DEMO_EMAILS: readonly string[] = PEOPLE.map(({ email }) => email)

/** The name of the demo's gateway. */
export const DEMO_GATEWAY = 'Demo gateway'
