import type { CodegenConfig } from '@graphql-codegen/cli'
import { commandsPreset, referencePreset, sdkPreset } from './preset.ts'

/**
 * Generates the client and its reference from the printed schema. The printed schema is the contract, so schema code is
 * not read. `print-schema.ts` prints it first. `pnpm codegen` runs both, and `pnpm codegen:check` runs both with
 * `--check`.
 */
const SDK = '../sdk/operations/**/*.graphql'

const config: CodegenConfig = {
  schema: '../schema/schema.graphql',
  generates: {
    '../sdk/src/generated/': { preset: sdkPreset, documents: SDK },
    '../cli/src/generated/': { preset: commandsPreset, documents: SDK },
    '../docs/reference/': { preset: referencePreset, documents: SDK },
    '../console/src/generated/': {
      preset: 'client',
      documents: '../console/src/**/*.graphql',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        useTypeImports: true,
        enumsAsTypes: true,
        skipTypename: true,
        importExtension: '.ts',
        scalars: { DateTime: 'string', Decimal: 'string', BigInt: 'string' },
      },
    },
    '../sdk/examples/react-keys/src/graphql/generated/': {
      preset: 'client',
      documents: '../sdk/examples/react-keys/src/graphql/*.graphql',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        importExtension: '.ts',
        scalars: { DateTime: 'string', Decimal: 'string', BigInt: 'string' },
      },
    },
  },
}

export default config
