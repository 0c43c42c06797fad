import { announce, listenOn } from '../serving.ts'

/* A collector of OpenTelemetry that accepts everything and keeps nothing. */

announce(
  await listenOn((request, response) => {
    request.resume()
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end())
  }),
)
