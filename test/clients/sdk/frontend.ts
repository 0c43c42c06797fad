import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal'
import { build } from 'esbuild'
import { buildSchema, introspectionFromSchema } from 'graphql'

const run = promisify(execFile)

/** The packages that the page says to install. */
const INSTALLED = ['@0no-co', '@graphql-codegen', '@graphql-typed-document-node', 'gql.tada', 'graphql']

/** The code blocks of a page, by the file name above each. */
async function filesOf(page: string): Promise<Map<string, string>> {
  const text = await readFile(page, 'utf8')
  const found = text.matchAll(/`([\w./]+\.(?:ts|json))`[^`\n]*:\n\n```\w+\n([\s\S]*?)```/g)
  return new Map([...found].map(([, name = '', code = '']) => [name, code]))
}

/** A frontend with its own typed documents, made from docs/typed-queries.md. */
export interface Frontend {
  /** The files from the page. */
  files: string[]
  /** Adds a file. */
  write(name: string, content: string): Promise<void>
  /** TypeScript's errors. */
  check(): Promise<string>
  /** Bundles a program and runs it. */
  run(name: string, token: string): Promise<string>
}

/**
 * Creates the frontend in a folder with the installed SDK, and runs its code generator.
 * @param url The server's address, which replaces the one on the page.
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
  // As `gql.tada generate-output` writes it. That command requires an older TypeScript.
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
