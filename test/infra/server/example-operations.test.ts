import { schema } from '@keyward/schema/graph'
import { objectToDocument } from '@keyward/server/graphql/document-caps'
import { EXAMPLE_TABS } from '@keyward/server/pages/example-operations'
import { parse, validate } from 'graphql'
import { expect, test } from 'vitest'

test.each(EXAMPLE_TABS.map((tab) => [tab.query.split('\n')[0], tab] as const))(
  'the example tab is valid, within the request caps and has JSON variables: %s',
  (_title, tab) => {
    const document = parse(tab.query)
    expect(validate(schema, document)).toEqual([])
    expect(objectToDocument(document)).toBeNull()
    expect(() => JSON.parse(tab.variables)).not.toThrow()
  },
)
