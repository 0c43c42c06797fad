import { createContextCache } from '@pothos/core'
import { Loader } from '../../core/loader.ts'
import { builder } from '../../graphql/builder.ts'
import type { GraphContext } from '../../graphql/context.ts'
import { guardField } from '../../graphql/guard.ts'
import { targetOf as organizationTarget } from '../../organization/access.ts'
import { targetOf as projectTarget } from '../../project/access.ts'
import { findTagKeys, MAX_TAG_KEYS } from './sql.ts'

const tagKeysOf = (column: 'organization_id' | 'project_id') =>
  createContextCache(
    ({ runtime }: GraphContext) =>
      new Loader<string, string[]>(runtime.database, async (ids) => {
        const found = new Map((await findTagKeys(runtime.database, column, ids)).map((row) => [row.scope, row.keys]))
        return ids.map((id) => found.get(id) ?? [])
      }),
  )

const ofOrganization = tagKeysOf('organization_id')
const ofProject = tagKeysOf('project_id')

const DESCRIPTION = `that keys have or had, sorted, at most ${MAX_TAG_KEYS}. Each can be the \`tagKey\` of \`costAnalytics\`.`
const COMPLEXITY = { field: 10, multiplier: 1 }

builder.prismaObjectField('Organization', 'tagKeys', (t) =>
  t.field({
    type: ['String'],
    nullable: true,
    description: `Names of the tags ${DESCRIPTION} Visible to the Owner and ADMINs. Others get null and a FORBIDDEN error.`,
    ...guardField('usage:readOrganization', organizationTarget),
    complexity: COMPLEXITY,
    resolve: ({ id }, _args, context) => ofOrganization(context).load(id),
  }),
)

builder.prismaObjectField('Project', 'tagKeys', (t) =>
  t.field({
    type: ['String'],
    nullable: true,
    description: `Names of the tags ${DESCRIPTION} Visible to anyone with a role in the project, except external collaborators. Others get null and a FORBIDDEN error.`,
    ...guardField('usage:readProject', projectTarget),
    complexity: COMPLEXITY,
    resolve: ({ id }, _args, context) => ofProject(context).load(id),
  }),
)
