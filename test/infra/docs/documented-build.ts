import { readFileSync } from 'node:fs'

/** The operands of the command in docs/operations/deploy.md that builds the image, without the tag and the folder. */
export function documentedBuildOptions(): string[] {
  const command = /^podman build (?<operands>.+) -t keyward \.$/m.exec(
    readFileSync('docs/operations/deploy.md', 'utf8'),
  )
  if (!command?.groups?.operands) throw new Error('docs/operations/deploy.md does not say how to build the image')
  return command.groups.operands.split(' ')
}

/** The options of that command without the file that it builds from. */
export function documentedFormat(): string[] {
  const options = documentedBuildOptions()
  const file = options.indexOf('-f')
  return options.filter((_, index) => index !== file && index !== file + 1)
}
