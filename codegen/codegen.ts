import type { CodegenConfig } from '@graphql-codegen/cli'
import { referencePreset, sdkPreset } from './preset.ts'

/**
 * Generates the client and its reference from the printed schema, which is the contract, and not from the code behind it.
 * `print-schema.ts` prints it first; both run with `pnpm codegen`, and with `--check` in `pnpm codegen:check`.
 */
const config: CodegenConfig = {
  schema: '../schema/schema.graphql',
  documents: '../sdk/operations/**/*.graphql',
  generates: {
    '../sdk/src/generated/': { preset: sdkPreset },
    '../docs/reference/': { preset: referencePreset },
  },
}

export default config
