import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const CLIENTS = ['tanstack']

export default defineConfig({
  root: fileURLToPath(new URL('./', import.meta.url)),
  base: './',
  clearScreen: false,
  server: { host: '127.0.0.1', port: 5173, strictPort: true, open: '/tanstack.html' },
  build: {
    target: 'es2023',
    reportCompressedSize: false,
    rolldownOptions: {
      input: CLIENTS.map((name) => fileURLToPath(new URL(`./${name}.html`, import.meta.url))),
      onwarn(warning, warn) {
        // `use client` of libraries means nothing without a server that renders.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning)
      },
    },
  },
})
