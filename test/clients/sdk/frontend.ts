import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal'
import { build } from 'esbuild'
import { buildSchema, introspectionFromSchema } from 'graphql'

const run = promisify(execFile)

/** What the page says to install. */
const INSTALLED = ['@0no-co', '@graphql-codegen', '@graphql-typed-document-node', 'gql.tada', 'graphql']

/** The blocks of code of a page that stand after the name of their file. */
async function filesOf(page: string): Promise<Map<string, string>> {
  const text = await readFile(page, 'utf8')
  const found = text.matchAll(/`([\w./]+\.(?:ts|json))`[^`\n]*:\n\n```\w+\n([\s\S]*?)```/g)
  return new Map([...found].map(([, name = '', code = '']) => [name, code]))
}

/** A frontend that types documents of its own, made of what docs/typed-queries.md says. */
export interface Frontend {
  /** The files that the page has. */
  files: string[]
  /** Adds a file to those of the page. */
  write(name: string, content: string): Promise<void>
  /** What TypeScript says of all of it. */
  check(): Promise<string>
  /** Bundles a program and runs it. */
  run(name: string, token: string): Promise<string>
}

/**
 * Makes the frontend in a folder where the SDK is installed, and runs the code generator in it.
 * @param url Where the server is, instead of where the page says.
 */
export async function makeFrontend(folder: string, url: string): Promise<Frontend> {
  const root = join(folder, 'frontend')
  const write = async (name: string, content: string) => {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), content)
  }
  await write('package.json', '{ "type": "module" }')
  const files = await filesOf('docs/typed-queries.md')
  for (const [name, code] of files) await write(name, code.replaceAll('http://127.0.0.1:4000', url))
  await mkdir(join(root, 'node_modules'))
  await symlink(join(folder, 'node_modules/@keyward'), join(root, 'node_modules/@keyward'))
  for (const name of INSTALLED) await symlink(resolve('node_modules', name), join(root, 'node_modules', name))

  await run(resolve('codegen/node_modules/.bin/graphql-codegen'), [], { cwd: root })
  // As `gql.tada generate-output` writes it, which asks for an older TypeScript than ours.
  const schema = buildSchema(await readFile(join(root, 'node_modules/@keyward/sdk/schema.graphql'), 'utf8'))
  const introspection = minifyIntrospection(introspectionFromSchema(schema))
  await write(
    'src/graphql-env.d.ts',
    outputIntrospectionFile(introspection, { fileType: '.d.ts', shouldPreprocess: true }),
  )
  return {
    files: [...files.keys()],
    write,
    async check() {
      const compiled = await run(resolve('node_modules/.bin/tsc'), ['--project', root]).catch((error) => error)
      return compiled.stdout
    },
    async run(name, token) {
      const outfile = join(root, 'out', `${name}.mjs`)
      await build({
        entryPoints: [join(root, `src/${name}.ts`)],
        outfile,
        bundle: true,
        format: 'esm',
        target: 'es2022',
      })
      const env = { PATH: process.env.PATH, KEYWARD_TOKEN: token }
      return (await run(process.execPath, [outfile], { cwd: root, env })).stdout
    },
  }
}
