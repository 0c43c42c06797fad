import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

const CLIENTS = ['smallest', 'tanstack', 'apollo', 'urql', 'relay']

/** Replaces each document of Relay by the artifact that its compiler wrote, as babel-plugin-relay does. */
const relay: Plugin = {
  name: 'relay-documents',
  enforce: 'pre',
  transform: {
    filter: { id: /\/src\/relay\/[^/]+\.tsx?$/, code: 'graphql`' },
    handler(code) {
      const names: string[] = []
      const replaced = code.replaceAll(
        /graphql`\s*(?:query|mutation|subscription|fragment)\s+(\w+)[^`]*`/g,
        (document, name: string) => {
          names.push(name)
          return `${name}${document.replaceAll(/[^\n]/g, '')}`
        },
      )
      return names.map((name) => `import ${name} from './generated/${name}.graphql.ts';`).join('') + replaced
    },
  },
}

export default defineConfig({
  root: fileURLToPath(new URL('./', import.meta.url)),
  base: './',
  clearScreen: false,
  plugins: [relay],
  server: { host: '127.0.0.1', port: 5173, strictPort: true, open: '/tanstack.html' },
  build: {
    target: 'es2023',
    reportCompressedSize: false,
    rolldownOptions: {
      input: CLIENTS.map((name) => fileURLToPath(new URL(`./${name}.html`, import.meta.url))),
      onwarn(warning, warn) {
        // The directive `use client` of libraries has no effect without server rendering.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning)
      },
    },
  },
})
