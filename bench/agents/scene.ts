/** A small repository in which scripted agents sleep and edit: so long takes the work, and all else is pawl's own. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export type Scene = {
  readonly root: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly prompts: readonly string[]
  [Symbol.dispose](): void
}

const files = 200

/** `chain`: each prompt depends on the one before. Each changes a file of its own. */
export function agentsScene(agents: number, sleepSeconds: number, chain: boolean): Scene {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-bench-agents-')))
  const root = join(base, 'repo')
  const env = { ...process.env, HOME: base, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  const agent = join(base, 'agent')
  write(agent, `#!/bin/sh\nsleep ${sleepSeconds}\necho done >> "src/$(sed -n 's/^Change //p' "$1")"\n`)
  chmodSync(agent, 0o755)
  for (let i = 0; i < files; i++) write(join(root, `src/file-${i}.txt`), `file ${i}\n`)
  const prompts = Array.from({ length: agents }, (_, i) => `prompts/task-${i}.md`)
  for (const [i, path] of prompts.entries())
    write(join(root, path), `${chain && i > 0 ? `---\ndepends_on: task-${i - 1}\n---\n` : ''}# Task ${i}\n\nChange file-${i}.txt\n`)
  write(
    join(root, 'pawl.yaml'),
    `detect: false\nchecks:\n  marks: { command: [sh, -c, "! grep -rn '<<<<<<<' src"], inputs: ["src/**"] }\nagents: { scripted: { command: [${JSON.stringify(agent)}, "{brief}"] } }\nwork: { agent: scripted, parallel: ${agents} }\n`,
  )
  const git = (...args: string[]): void => void execFileSync('git', args, { cwd: root, env })
  git('init', '--quiet', '--initial-branch=main')
  git('config', 'user.name', 'Bench')
  git('config', 'user.email', 'bench@example.invalid')
  git('add', '--all')
  git('commit', '--quiet', '-m', 'first')
  return { root, env, prompts, [Symbol.dispose]: () => rmSync(base, { recursive: true, force: true }) }
}
