import { fileURLToPath } from 'node:url'
import { isCurrent } from '../console/build/is-current.mjs'

const pathOf = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

// Builds the page at / when packages are installed, and again if its sources have changed.
if (!(await isCurrent(pathOf('console/dist/inputs.json')))) {
  await import('tsx')
  await import('../console/build/main.ts')
}

// `pnpm start` runs the production build if it is current, and the sources otherwise.
if (await isCurrent(pathOf('dist/inputs.json'))) {
  await import('../dist/server.js')
} else {
  await import('tsx')
  await import('./main.ts')
}
