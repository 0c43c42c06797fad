import { createRequire } from 'node:module'
import { schema } from '/work/main/schema/graph.ts'
import * as documents from '/work/main/sdk/src/generated/documents.ts'

const require = createRequire(import.meta.url)
const {
  calculateComplexity,
} = require('/work/main/node_modules/.pnpm/@pothos+plugin-complexity@4.2.3_@pothos+core@4.15.1_graphql@16.15.0__graphql@16.15.0/node_modules/@pothos/plugin-complexity/lib/calculate-complexity.js')
const { parse, Kind } = require('/work/main/schema/node_modules/graphql')
const rows = Array.from({ length: 1000 }, () => ({}))
for (const [name, doc] of Object.entries(documents)) {
  const document = parse((doc as any).text)
  const operation = document.definitions.find((d: any) => d.kind === Kind.OPERATION_DEFINITION) as any
  if (!operation) continue
  const fragments = Object.fromEntries(
    document.definitions.filter((d: any) => d.kind === Kind.FRAGMENT_DEFINITION).map((d: any) => [d.name.value, d]),
  )
  try {
    const c = calculateComplexity({}, {
      schema,
      operation,
      fragments,
      variableValues: {
        input: { organizationId: 'x', rows, projectId: 'x' },
        pageSize: 100,
        inputs: [],
        totalCount: true,
        ids: [],
        id: 'x',
        projectId: 'x',
        organizationId: 'x',
        after: null,
      },
    } as any)
    if (c.complexity > 3000) console.log(name, c.complexity)
  } catch (e) {
    console.log(name, String(e).slice(0, 100))
  }
}
process.exit(0)
