import { buildConsole } from './bundle.ts'

// Builds console/dist, which the server serves at /.
await buildConsole()
