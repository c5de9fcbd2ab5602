/** Runs the hooks of pre-commit on a copy of the files, because many of them rewrite what they judge. */
import type { Finding } from '../../model/finding.ts'
import type { Builtin, BuiltinWorld } from '../builtin.ts'
import { ask, crashed, textsOf } from './asking.ts'

/** argv (how to start it; the root is put in for "{root}"), skip (hooks that are checked elsewhere), install. */
export const preCommit: Builtin = async (args, world) => {
  const argv = textsOf(args['argv']).map((arg) => arg.replaceAll('{root}', world.files.root))
  const install = typeof args['install'] === 'string' ? { install: args['install'] } : {}
  if (world.processes.find(argv[0] ?? '', world.env, world.files.root) === undefined)
    return ask(argv, world, install).then((answer) => (answer.ok ? { failure: crashed(argv, answer.exit) } : answer))
  const copy = await copied(world)
  if ('failure' in copy) return copy
  const command = [...argv, 'run', '--all-files', '--color=never']
  const answer = await ask(command, world, { cwd: copy.folder, timeoutMs: 1_800_000, env: { SKIP: textsOf(args['skip']).join(',') } })
  if (!answer.ok) return answer
  const { exit } = answer
  const text = `${exit.stdout}${exit.stderr}`
  world.output(text)
  // 1: a hook failed or changed files. Everything else, 3 above all, is trouble of pre-commit itself.
  if (exit.code !== 0 && exit.code !== 1) return { failure: crashed(command, exit) }
  const changed = await git(['diff', '--name-only', '-z'], copy, world)
  if (!changed.ok) return changed
  const rewritten = changed.exit.stdout
    .split('\0')
    .filter((path) => path !== '')
    .map((file): Finding => ({ file, severity: 'error', rule: 'pre-commit', message: 'a hook would rewrite this file', fixable: true }))
  const findings = exit.code === 0 ? [] : [...failedHooks(text), ...rewritten]
  if (exit.code === 1 && findings.length === 0) return { failure: crashed(command, exit) }
  return {
    findings,
    summary: exit.code === 0 ? 'all hooks pass' : `${findings.length - rewritten.length} hooks fail, ${rewritten.length} files would be rewritten`,
  }
}

type Copy = { readonly folder: string; readonly objects: string }

/** A repository of its own in the user's cache, holding what the working copy holds now; the real files, index and objects are only read. */
async function copied(world: BuiltinWorld): Promise<Copy | Extract<Awaited<ReturnType<Builtin>>, { failure: unknown }>> {
  const cache = world.env['XDG_CACHE_HOME'] ?? world.env['LOCALAPPDATA'] ?? (world.env['HOME'] === undefined ? undefined : `${world.env['HOME']}/.cache`)
  if (cache === undefined) return { failure: { type: 'store.unusable', what: 'there is no folder for caches: neither XDG_CACHE_HOME nor HOME is set' } }
  const common = await ask(['git', 'rev-parse', '--path-format=absolute', '--git-path', 'objects'], world)
  if (!common.ok) return common
  if (common.exit.code !== 0) return { failure: crashed(['git', 'rev-parse'], common.exit) }
  const copy: Copy = { folder: `${cache}/pawl/copies/${world.files.root.replaceAll(/[^\w.-]+/g, '-')}`, objects: common.exit.stdout.trim() }
  const made = await ask(['git', 'init', '-q', copy.folder], world)
  if (!made.ok) return made
  if (made.exit.code !== 0) return { failure: crashed(['git', 'init'], made.exit) }
  for (const [args, from] of [
    [['add', '-A'], world.files.root],
    [['checkout-index', '-f', '-a', '-u'], copy.folder],
    [['clean', '-fdq'], copy.folder],
  ] as const) {
    const answer = await git(args, copy, world, from)
    if (!answer.ok) return answer
    if (answer.exit.code !== 0) return { failure: crashed(['git', ...args], answer.exit) }
  }
  return copy
}

/** Always with the repository of the copy, whatever folder its files are taken from. */
function git(args: readonly string[], copy: Copy, world: BuiltinWorld, workTree = copy.folder): ReturnType<typeof ask> {
  const env = { GIT_DIR: `${copy.folder}/.git`, GIT_WORK_TREE: workTree, GIT_ALTERNATE_OBJECT_DIRECTORIES: copy.objects }
  return ask(['git', '-c', 'core.hooksPath=', '-c', 'core.fsmonitor=false', '-c', 'core.safecrlf=false', ...args], world, {
    cwd: workTree,
    env,
    timeoutMs: 300_000,
  })
}

/** "ruff check......Failed": the hook by its name; details are in the log. */
function failedHooks(text: string): readonly Finding[] {
  return text.split('\n').flatMap((line): Finding[] => {
    const name = /^(.+?)\.{3,}.*Failed$/.exec(line.trim())?.[1]
    return name === undefined ? [] : [{ severity: 'error', rule: 'pre-commit', message: `hook '${name}' fails` }]
  })
}
