import type { CredentialKind } from '@keyward/prisma/generated/prisma/enums'

type Other = Exclude<CredentialKind, 'API_KEY'>

const NAMES: Record<Other, string> = { LEGACY_KEY: 'Legacy key', PLAYGROUND: 'Playground' }

/** What a credential that is no key, and so has no name of its own, is called. */
export const nameOfKind = (kind: Other): string => NAMES[kind]
