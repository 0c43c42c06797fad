import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The server whose API the development server uses. */
const API = process.env.KEYWARD_API_URL ?? 'http://127.0.0.1:4000'

/** The build that the server serves at /. `pnpm --filter @keyward/console dev` serves the sources, with the API of a server. */
export default defineConfig({
  root: fileURLToPath(new URL('./', import.meta.url)),
  clearScreen: false,
  // Files are named relative to each other, since an instance may have a path prefix.
  base: './',
  build: {
    target: 'es2022',
    assetsDir: 'assets',
    // The pages must not embed anything: their policy allows only files of this server.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    manifest: 'manifest.json',
    reportCompressedSize: false,
    rolldownOptions: {
      onwarn(warning, warn) {
        // The directive `use client` of component libraries has no effect here.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning)
      },
    },
  },
  server: { proxy: { '/graphql': API, '/auth': API } },
})
