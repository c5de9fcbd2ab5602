/** Single keys of a person at a terminal, without Enter and without echo; the terminal is as it was when they are released. */
import { isatty } from 'node:tty'
import { atProcessExit } from '../reporters/screen.ts'

export type Keys = { release(): void }

/** Ctrl-C and Ctrl-Z, which the terminal does not turn into signals meanwhile, do what they always do. */
export function listenToKeys(pressed: (key: string) => void): Keys {
  const input = process.stdin
  if (!isatty(0)) return { release: () => undefined }
  const begin = (): void => void input.setRawMode(true).resume()
  const end = (): void => void input.setRawMode(false)
  const onData = (bytes: Uint8Array): void => {
    for (const key of new TextDecoder().decode(bytes)) {
      if (key === '\x03') process.emit('SIGINT', 'SIGINT')
      else if (key === '\x1a') suspend(end)
      else pressed(key === '\r' || key === '\n' ? 'enter' : key)
    }
  }
  input.on('data', onData)
  process.on('SIGCONT', begin)
  const forget = atProcessExit(end)
  begin()
  return {
    release() {
      end()
      forget()
      process.off('SIGCONT', begin)
      input.off('data', onData)
      input.pause()
    },
  }
}

function suspend(end: () => void): void {
  end()
  process.kill(process.pid, 'SIGTSTP')
}
