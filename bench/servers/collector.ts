import { announce, listenOn } from '../serving.ts'

/* An OpenTelemetry collector that accepts all data and discards it. */

announce(
  await listenOn((request, response) => {
    request.resume()
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end())
  }),
)
