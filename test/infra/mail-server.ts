import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** Starts a mail server on its own port. */
export async function startMailServer(onConnection: (socket: Socket) => void): Promise<{ url: string; close(): void }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onConnection(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** The minimum of SMTP to receive a mail. */
export const accepting = (received: string[]) => (socket: Socket) => {
  let mail: string | null = null
  let rest = ''
  socket.write('220 mail.example\r\n')
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (mail !== null && line !== '.') mail += `${line}\n`
      else if (mail !== null) {
        received.push(mail)
        mail = null
        socket.write('250 kept\r\n')
      } else if (line === 'DATA') {
        mail = ''
        socket.write('354 go on\r\n')
      } else if (line === 'QUIT') socket.end('221 bye\r\n')
      else socket.write('250 ok\r\n')
    }
  })
}

const readHex = (text: string): string =>
  text.replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))

/** The text of a mail without its transfer encoding. */
export const decoded = (mail: string): string => readHex(mail.replaceAll('=\n', ''))

/** The subject of a mail, without its encoding. */
export const subjectOf = (mail: string): string => {
  const [, folded = ''] = /^Subject: (.*(?:\n .*)*)/m.exec(mail) ?? []
  return readHex(folded.replaceAll(/=\?UTF-8\?Q\?(.*?)\?=\s*/g, '$1').replaceAll('_', ' '))
}
