import { readFile, stat } from 'node:fs/promises'

/** Whether dist/ was built from the present sources. */
async function isBuildCurrent() {
  try {
    const inputs = JSON.parse(await readFile(new URL('../dist/inputs.json', import.meta.url), 'utf8'))
    const isCurrent = async ([path, time]) => (await stat(new URL(`../${path}`, import.meta.url))).mtimeMs === time
    return (await Promise.all(Object.entries(inputs).map(isCurrent))).every(Boolean)
  } catch {
    return false
  }
}

// `pnpm start` runs the production build where it is current, and the sources otherwise.
if (await isBuildCurrent()) {
  await import('../dist/server.js')
} else {
  await import('tsx')
  await import('./main.ts')
}
