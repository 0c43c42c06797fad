import { announce, listenOn } from '../serving.ts'

/* Serves a fixed response with node:http, immediately or, with DEFERRED, in the next turn of the event loop. */

const isDeferred = process.env.DEFERRED === '1'

announce(
  await listenOn((_request, response) => {
    if (isDeferred) setImmediate(() => response.end('hello'))
    else response.end('hello')
  }),
)
