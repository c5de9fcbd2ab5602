/** Ten trivial hooks on 1,000 staged files, as each hook manager installs them: with something new to check, and with nothing new. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Options } from './options.ts'
import { measure } from './measure.ts'
import { commitAll, git, json } from './monorepo.ts'
import { environment, type Place } from './place.ts'
import { inTurn, type Contestant } from './rounds.ts'
import type { Row } from './row.ts'
import { lastLines, linkModules } from './subject.ts'

export type HookTool = {
  readonly name: string
  program(place: Place): string
  readonly versionArgs?: readonly string[]
  /** Package of the peers whose version it is, where the program does not tell. */
  readonly npm?: string
  files(program: string): Readonly<Record<string, string>>
  /** Installs the hook. Absent: `files` has the hook itself, as `hook`. */
  install?(program: string): readonly string[]
  env?(program: string): Readonly<Record<string, string>>
  readonly note?: string
}

const hooks = Array.from({ length: 10 }, (_, i) => `hook-${i}`)
const fileCount = 1000
const lines = (...text: string[]): string => [...text, ''].join('\n')
const inPeers =
  (path: string) =>
  (place: Place): string =>
    join(place.peers, path)

/** As of pre-commit: prek reads the same file. */
const preCommitConfig = json({
  repos: [{ repo: 'local', hooks: hooks.map((id) => ({ id, name: id, entry: `sh hook.sh ${id}`, language: 'system', require_serial: true })) }],
})

export const hookTools: readonly HookTool[] = [
  {
    name: 'pawl',
    program: (place) => place.pawl,
    files: (program) => ({
      'pawl.yaml': lines(
        'detect: false',
        'checks:',
        ...hooks.map((id) => `  ${id}: { command: [sh, hook.sh, ${id}], inputs: ["data/**"], files: ["data/**"], fast: true }`),
      ),
      hook: lines('#!/bin/sh', `exec ${program} --staged --quiet`),
    }),
    install: (program) => [program, 'init', '--hooks'],
    note: 'hook of `pawl init --hooks`, where it has that',
  },
  {
    name: 'lefthook',
    program: inPeers('lefthook-linux-x64/bin/lefthook'),
    versionArgs: ['version'],
    files: () => ({
      'lefthook.json': json({ 'pre-commit': { commands: Object.fromEntries(hooks.map((id) => [id, { run: `sh hook.sh ${id} {staged_files}` }])) } }),
    }),
    install: (program) => [program, 'install'],
    env: (program) => ({ LEFTHOOK_BIN: program }),
    note: 'native binary',
  },
  {
    name: 'prek',
    program: inPeers('@j178/prek-linux-x64-gnu/prek'),
    files: () => ({ '.pre-commit-config.yaml': preCommitConfig }),
    install: (program) => [program, 'install'],
  },
  {
    name: 'pre-commit',
    program: () => '/usr/bin/pre-commit',
    files: () => ({ '.pre-commit-config.yaml': preCommitConfig }),
    install: (program) => [program, 'install'],
  },
  {
    name: 'lint-staged',
    program: inPeers('.bin/lint-staged'),
    files: (program) => ({
      '.lintstagedrc.json': json({ 'data/*': hooks.map((id) => `sh hook.sh ${id}`) }),
      hook: lines('#!/bin/sh', `exec ${program} --quiet`),
    }),
  },
  {
    name: 'husky',
    program: inPeers('.bin/husky'),
    npm: 'husky',
    files: () => ({ '.husky/pre-commit': lines(...hooks.map((id) => `sh hook.sh ${id}`)) }),
    install: (program) => [program],
    note: 'only starts the hooks, one after the other; looks at no files',
  },
]

export function hookRows(tools: readonly HookTool[], place: Place, options: Options): readonly Row[] {
  console.log(`ten hooks on ${fileCount} files`)
  const subjects = tools.map((tool) => newHookSubject(tool, place))
  const measured = (title: string, newContent: boolean): readonly Row[] =>
    inTurn(
      title,
      fileCount,
      subjects.map((subject) => contestant(subject, newContent)),
      options.rounds,
      options.patienceMs,
    )
  return [...measured('hooks', true), ...measured('hooks again', false)]
}

type HookSubject = {
  readonly tool: HookTool
  readonly root: string
  readonly log: string
  readonly scratch: string
  readonly hook: string
  readonly env: Record<string, string>
}

function newHookSubject(tool: HookTool, place: Place): HookSubject {
  const scratch = join(place.work, 'hooks', tool.name)
  const root = join(scratch, 'repo')
  const log = join(scratch, 'executed.log')
  const program = tool.program(place)
  const { hook: ownHook, ...files } = tool.files(program)
  const own = {
    'hook.sh': lines(`echo "$1" >> ${log}`),
    'package.json': json({ name: 'bench', private: true }),
    '.gitignore': lines('node_modules', '.pawl', '.husky/_'),
  }
  for (const [path, text] of Object.entries({ ...own, ...files })) write(join(root, path), text)
  commitAll(root)
  linkModules(root, place)
  mkdirSync(join(scratch, 'home'))
  const env = environment(place, join(scratch, 'home'), tool.env === undefined ? {} : { env: tool.env(program) })
  const [installer = '', ...args] = tool.install?.(program) ?? []
  if (installer !== '') spawnSync(installer, args, { cwd: root, env, stdio: 'ignore' })
  const hook = join(root, hooksFolder(root), 'pre-commit')
  if (!existsSync(hook) && ownHook !== undefined) write(hook, ownHook, 0o755)
  for (let i = 0; i < fileCount; i++) write(join(root, `data/file-${i}.txt`), `${i}\n`)
  git(root, 'add', '--all')
  return { tool, root, log, scratch, hook, env }
}

function contestant({ tool, root, log, scratch, hook, env }: HookSubject, newContent: boolean): Contestant {
  return {
    tool: tool.name,
    run(round, what) {
      if (newContent) {
        writeFileSync(join(root, 'data/file-0.txt'), `edited ${round}\n`)
        git(root, 'add', '--all')
      }
      writeFileSync(log, '')
      const measured = measure({ argv: [hook], cwd: root, env }, scratch, what)
      const ran = readFileSync(log, 'utf8').split('\n').filter(Boolean)
      const lacking = newContent ? hooks.filter((id) => !ran.includes(id)) : []
      const wrong =
        measured.exitCode !== 0
          ? `exit code ${measured.exitCode}: ${lastLines(measured.output())}`
          : lacking.length > 0
            ? `${lacking.join(', ')} did not run`
            : undefined
      return { measured, executed: ran.length, wrong }
    },
  }
}

/** Without the setting that keeps hooks from running while the benchmark commits. */
function hooksFolder(root: string): string {
  const { stdout } = spawnSync('git', ['rev-parse', '--git-path', 'hooks'], { cwd: root, encoding: 'utf8' })
  return stdout.trim()
}

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  chmodSync(path, mode)
}
