import { spawn } from 'node:child_process'

/** The program that opens a URL, with its arguments. Null if there is probably no browser. */
function openerOf(address: string, environment: NodeJS.ProcessEnv): [string, string[]] | null {
  if (environment.BROWSER) return [environment.BROWSER, [address]]
  if (process.platform === 'darwin') return ['open', [address]]
  if (process.platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', address]]
  // Without a display, xdg-open would start a browser inside the terminal.
  return environment.DISPLAY || environment.WAYLAND_DISPLAY ? ['xdg-open', [address]] : null
}

/** Opens a URL in the user's browser. Returns whether a browser was started. */
export async function openBrowser(address: string, environment = process.env): Promise<boolean> {
  const opener = openerOf(address, environment)
  if (!opener || !/^https?:\/\//.test(address)) return false
  const [program, args] = opener
  return new Promise((resolve) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore' })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}
