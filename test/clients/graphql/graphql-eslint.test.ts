import plugin from '@graphql-eslint/eslint-plugin'
import { ESLint, type Linter } from 'eslint'
import { expect, test } from 'vitest'

const languageOptions: Linter.Config['languageOptions'] = {
  parser: plugin.parser,
  parserOptions: { graphQLConfig: { schema: 'schema/schema.graphql', documents: 'sdk/operations/**/*.graphql' } },
}

const linter = (rules: Linter.RulesRecord): ESLint =>
  new ESLint({
    overrideConfigFile: true,
    // @ts-expect-error: the plugin documents its rules with types of its own, which ESLint 10 does not know.
    overrideConfig: {
      files: ['**/*.graphql'],
      languageOptions,
      plugins: { '@graphql-eslint': plugin },
      rules,
    },
  })

async function lint(rules: Linter.RulesRecord, paths: string[]): Promise<string[]> {
  const results = await linter(rules).lintFiles(paths)
  expect(results.length).toBeGreaterThan(0)
  return results.flatMap(({ filePath, messages }) =>
    messages.map(({ line, ruleId, message }) => `${filePath}:${line} ${ruleId} ${message}`),
  )
}

test('graphql-eslint’s recommended rules accept the schema', async () => {
  const { rules } = plugin.configs['flat/schema-recommended']
  // Not every type has an identity: payloads, pages, limits and amounts are values, and clients must not merge them.
  const exception = { '@graphql-eslint/strict-id-in-types': 'off' } as const
  expect(await lint({ ...rules, ...exception }, ['schema/schema.graphql'])).toEqual([])
})

test('graphql-eslint’s recommended rules accept the SDK’s operations', async () => {
  const { rules } = plugin.configs['flat/operations-recommended']
  const exceptions = {
    // Serves clients with a normalized cache. The SDK has none, and returns only the inner object of most operations.
    '@graphql-eslint/require-selections': 'off',
    // The SDK covers deprecated fields until they are removed.
    '@graphql-eslint/no-deprecated': 'off',
  } as const
  expect(await lint({ ...rules, ...exceptions }, ['sdk/operations'])).toEqual([])
})

// A configuration that lints nothing would pass the other tests.
test('graphql-eslint reports a field that the schema does not have', async () => {
  const eslint = linter({ ...plugin.configs['flat/operations-recommended'].rules })
  const [result] = await eslint.lintText('query Wrong { viewer { nothing } }', {
    filePath: 'sdk/operations/wrong.graphql',
  })
  expect(result?.messages.map(({ message }) => message)).toContainEqual(
    expect.stringContaining('Cannot query field "nothing" on type "Viewer"'),
  )
})
