import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.ts'

// Builds dist/, which contains everything that production needs.
await bundle(fileURLToPath(new URL('../../dist', import.meta.url)))
