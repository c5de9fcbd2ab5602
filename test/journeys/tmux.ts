/** A real terminal for journeys: pawl runs in a pane of tmux, and the test sees the screen and presses the keys. */
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { environment, pawlCommand, type Repo } from './rig.ts'

export type Terminal = {
  /** What a person sees now, without blank lines at the end. */
  screen(): Promise<string>
  /** The same with the lines that have scrolled away. */
  everything(): Promise<string>
  /** Resolves with the screen when it holds the text. */
  shows(text: string): Promise<string>
  /** Keys as tmux names them: "y", "Enter", "C-c". */
  press(...keys: string[]): void
  resize(columns: number, rows: number): void
  cursorIsVisible(): boolean
  /** The process of pawl. */
  readonly pid: number
  /** The exit code of pawl, when it has ended. */
  ended(): Promise<number>
  [Symbol.asyncDispose](): Promise<void>
}

/** Why journeys with a terminal cannot run here. */
export const noTerminal: string | undefined = spawnSync('tmux', ['-V']).status === 0 ? undefined : 'tmux is not installed'

type Wish = { readonly columns?: number; readonly rows?: number; readonly env?: Readonly<Record<string, string>> }

const configuration = 'set -g remain-on-exit on\nset -g remain-on-exit-format ""\nset -g status off\nset -g default-terminal "screen-256color"\nset -g history-limit 5000\nset -s escape-time 0\n'

export function openTerminal(repo: Repo, args: readonly string[], { columns = 80, rows = 24, env = {} }: Wish = {}): Terminal {
  const base = dirname(repo.root)
  const folder = join(base, 'tmux')
  const server = ['-S', join(folder, 'socket'), '-f', join(folder, 'configuration')]
  if (!existsSync(folder)) mkdirSync(folder)
  writeFileSync(join(folder, 'configuration'), configuration)
  const { TERM: _term, ...plain } = environment(base)
  const given = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`])
  // tmux itself needs a terminal type that exists; the pane gets the one of the configuration, or the one that was given.
  const options = { encoding: 'utf8', env: { ...plain, TERM: 'screen' } } as const
  const tmux = (...words: string[]): string => execFileSync('tmux', [...server, ...words], options)
  const ask = (...words: string[]): Promise<string> => new Promise((resolve, reject) => execFile('tmux', [...server, ...words], options, (error, text) => (error === null ? resolve(text) : reject(error))))
  const terminal = env['TERM'] === undefined ? [] : ['/usr/bin/env', `TERM=${env['TERM']}`]
  tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), '-c', repo.root, ...given, '--', ...terminal, ...pawlCommand(args))
  const pid = Number(tmux('display-message', '-p', '#{pane_pid}'))
  const screen = async (): Promise<string> => (await ask('capture-pane', '-p')).trimEnd()
  return {
    screen, pid,
    everything: async () => (await ask('capture-pane', '-p', '-S', '-', '-J')).trimEnd(),
    shows: async (text) => {
      for (;;) {
        // Asked before the screen is read: what a pane shows when it is dead is final.
        const dead = (await ask('display-message', '-p', '#{pane_dead}')).trim() === '1'
        const now = await screen()
        if (now.includes(text)) return now
        if (dead) throw new Error(`pawl ended without showing '${text}':\n${now}`)
      }
    },
    press: (...keys) => void tmux('send-keys', ...keys),
    resize: (newColumns, newRows) => void tmux('resize-window', '-x', String(newColumns), '-y', String(newRows)),
    cursorIsVisible: () => tmux('display-message', '-p', '#{cursor_flag}').trim() === '1',
    ended: async () => {
      for (;;) {
        const [dead, status, signal] = (await ask('display-message', '-p', '#{pane_dead},#{pane_dead_status},#{pane_dead_signal}')).trim().split(',')
        if (dead === '1') return status === '' ? -Number(signal) : Number(status)
      }
    },
    [Symbol.asyncDispose]: async () => {
      spawnSync('tmux', [...server, 'kill-server'], options)
    },
  }
}
