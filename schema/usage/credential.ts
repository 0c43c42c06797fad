import type { CredentialKind } from '@keyward/prisma/generated/prisma/enums'

type Other = Exclude<CredentialKind, 'API_KEY'>

const NAMES: Record<Other, string> = { LEGACY_KEY: 'Legacy key', PLAYGROUND: 'Playground' }

/** The name of a credential that is not a key and has no name of its own. */
export const nameOfKind = (kind: Other): string => NAMES[kind]
