/** T23: whatever pawl does, and also when it is killed, the working copy, index, stash, refs and config of the user are the same bytes. */
import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment, pawlCommand } from '../journeys/rig.ts'
import { dice } from '../simulation/dice.ts'
import { cleanState, dirtyStates, takeSteps, textOf, type Step } from './dirty-states.ts'
import { runProgram, wrongEnding } from './program.ts'
import { eachCase, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T23',
    title: 'a dirty working copy in any state: files, modes, index, stash, refs, HEAD and config are the same bytes after every command, also a killed one',
    run: dirtyTrees,
  },
]

const commands: readonly (readonly string[])[] = [
  ['--no-fix'],
  ['plan'],
  ['--no-fix', '--force'],
  ['status'],
  ['why', 'fine'],
  ['--dry-run'],
  ['logs'],
  ['--no-fix', '--staged'],
  ['history'],
  ['config'],
  ['--no-fix', '--since', 'HEAD'],
  ['doctor'],
  ['cache', 'stats'],
  ['undo', '--dry-run'],
  ['--no-fix', '--only', 'fine'],
  ['cache', 'verify'],
  ['init', '--dry-run'],
  ['undo'],
  ['cache', 'prune'],
  ['--no-fix', '--json'],
  ['cache', 'clear'],
]

async function dirtyTrees(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-dirty-')))
  try {
    const template = templateIn(base)
    const states = dirtyStates(size === 'ci' ? 24 : 2000, 23)
    const counts = { steps: 0, killed: 0 }
    const result = await eachCase(states.length, 2, (index) => played(states[index] ?? [], index, { base, template, counts }))
    report(`${states.length} states of ${counts.steps} steps that git took; ${counts.killed} commands were killed`)
    return result
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}

/** Its checks lie outside of it; one fails and has a fix, which nothing here may run. */
function templateIn(base: string): string {
  const tools = join(base, 'tools')
  mkdirSync(tools)
  for (const [name, text] of [
    ['fine', 'cat a.txt >/dev/null 2>&1; exit 0'],
    ['red', 'exit 1'],
    ['fix', 'echo ruin > a.txt'],
  ] as const) {
    writeFileSync(join(tools, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(tools, name), 0o755)
  }
  const config = `detect: false\ndiskFree: 1\nchecks:\n  fine: { command: [${tools}/fine] }\n  red: { command: [${tools}/red], fix: { command: [${tools}/fix] } }\n`
  const template = join(base, 'template')
  cleanState(template, base, { 'pawl.yaml': config })
  return template
}

type Ground = { readonly base: string; readonly template: string; readonly counts: { steps: number; killed: number } }

async function played(state: readonly Step[], index: number, { base, template, counts }: Ground): Promise<readonly string[]> {
  const home = join(base, `case-${index}`)
  const root = join(home, 'repo')
  mkdirSync(home)
  execFileSync('cp', ['-a', template, root])
  counts.steps += takeSteps(state, root, home)
  const chance = dice(index)
  const command = commands[index % commands.length] ?? []
  const killAfter = index % 4 === 3 ? chance.roll(300) : undefined
  const before = fingerprint(root)
  const end = await runProgram(pawlCommand(command), {
    cwd: root,
    env: environment(home),
    started: (child) => killAfter !== undefined && setTimeout(() => child.kill('SIGKILL'), killAfter),
  })
  if (end.signal === 'SIGKILL') counts.killed += 1
  const after = fingerprint(root)
  rmSync(home, { recursive: true, force: true })
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path))
  const wrong = changed.length === 0 ? [] : [`changed ${changed.slice(0, 5).join(', ')}`]
  return [...wrong, ...wrongEnding(end, [0, 1, 2, end.signal === 'SIGKILL' ? null : 0])].map((line) => `[${textOf(state)}] pawl ${command.join(' ')}: ${line}`)
}

/** Kind, mode and bytes of everything, all of .git included; only pawl's own state is left out. */
function fingerprint(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const walk = (folder: string): void => {
    for (const name of readdirSync(join(root, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (path === '.pawl') continue
      const stat = lstatSync(join(root, path))
      if (stat.isDirectory()) walk(path)
      found.set(path, `${stat.mode} ${contentOf(join(root, path), stat)}`)
    }
  }
  walk('')
  return found
}

function contentOf(path: string, stat: ReturnType<typeof lstatSync>): string {
  if (stat?.isSymbolicLink() === true) return readlinkSync(path)
  return stat?.isFile() === true ? createHash('sha1').update(readFileSync(path)).digest('base64') : ''
}
