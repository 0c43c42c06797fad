import type { Types } from '@graphql-codegen/plugin-helpers'
import type { GraphQLSchema } from 'graphql'
import { printCommands } from './commands.ts'
import { printDocuments, printGatewayDocuments } from './documents.ts'
import { readOperations } from './operations.ts'
import { printReference } from './reference/pages.ts'
import { printClient, printResource } from './resources.ts'
import { printTypes } from './types.ts'

const BANNER = '// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.\n\n'

/** A plain-text output of codegen. */
const file = (filename: string, content: string, schema: Types.GenerateOptions['schema']): Types.GenerateOptions => ({
  filename,
  plugins: [{ content: {} }],
  pluginMap: { content: { plugin: () => content } },
  schema,
  documents: [],
  config: {},
})

function schemaOf(options: Types.PresetFnArgs<object>): GraphQLSchema {
  if (!options.schemaAst) throw new Error('The schema was not loaded')
  return options.schemaAst
}

/**
 * Writes the generated part of the SDK: types with the schema's descriptions, documents as text, and one class per
 * folder of sdk/operations.
 */
export const sdkPreset: Types.OutputPreset<object> = {
  buildGeneratesSection(options) {
    const schema = schemaOf(options)
    const model = readOperations(schema, options.documents)
    const resources = [...new Set(model.operations.map(({ resource }) => resource))].filter((name) => name !== null)
    const outputs = {
      'types.ts': printTypes(model),
      'documents.ts': printDocuments(model),
      'gateway-documents.ts': printGatewayDocuments(model),
      'client.ts': printClient(model, resources),
      ...Object.fromEntries(resources.map((name) => [`resources/${name}.ts`, printResource(model, name)])),
    }
    return Object.entries(outputs).map(([name, content]) =>
      file(options.baseOutputDir + name, BANNER + content, options.schema),
    )
  },
}

/** Writes docs/reference: a page for each resource, based on the same operations. */
export const referencePreset: Types.OutputPreset<object> = {
  buildGeneratesSection(options) {
    const pages = printReference(readOperations(schemaOf(options), options.documents))
    return Object.entries(pages).map(([name, content]) => file(options.baseOutputDir + name, content, options.schema))
  },
}

/** Writes the CLI commands that have no handwritten version. */
export const commandsPreset: Types.OutputPreset<object> = {
  buildGeneratesSection(options) {
    const content = BANNER + printCommands(readOperations(schemaOf(options), options.documents))
    return [file(`${options.baseOutputDir}commands.ts`, content, options.schema)]
  },
}
