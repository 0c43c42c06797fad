import { encodeId } from '@keyward/schema/core/ids'
import { email as emailInput, parse } from '@keyward/schema/core/input'
import { z } from 'zod'
import { createPerson } from '../../identity/accounts.ts'
import { personName } from '../../identity/person-name.ts'
import { CommandError } from '../exit-codes.ts'
import { type ResultOptions, showResult } from '../result.ts'
import { newPassword } from './set-password.ts'
import { withRuntime } from './with-runtime.ts'

/** `keyward-server user create EMAIL [--name NAME]`: ignores KEYWARD_SIGNUP. */
export async function runUserCreate(
  given: string,
  { name: givenName, ...options }: ResultOptions & { name: string | undefined },
): Promise<void> {
  const { given: isGiven, password } = await newPassword()
  const { id, email, name } = await withRuntime(async ({ database }) => {
    const { email } = parse(z.object({ email: emailInput() }), { email: given })
    const name = personName(givenName ?? email.split('@')[0])
    if (name === null) throw new CommandError('A name has 1 to 100 visible characters and contains no secret.')
    const taken = await database.prisma.user.findUnique({ where: { email }, select: { id: true } })
    if (taken) throw new CommandError(`${email} already has an account.`)
    return { id: await createPerson(database, { name, email, password }), email, name }
  })
  showResult(options, { id: encodeId('User', id), email, name, password: isGiven ? null : password }, [
    `Created ${email} (${encodeId('User', id)}).`,
    ...(isGiven ? [] : [`The password, shown only once: ${password}`]),
  ])
}
