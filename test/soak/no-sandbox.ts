/** T64: where a sandbox was asked for and cannot be made, or shuts in less than it must, no agent is started. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { oneLine, wrongEnding } from './program.ts'
import { eachCase, missingProgram, skippedRow, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'
import { differences, ofUser, prompt, workRepo } from './working-agents.ts'

export const rows: readonly SoakRow[] = [
  { id: 'T64', title: 'the sandbox is missing, refused, or weaker than it says: nothing is started outside of it', run: played },
]

/** What stands where bwrap was; `"$real"` is the true one. */
const inItsPlace: Readonly<Record<string, string>> = {
  refuses: 'echo "bwrap: No permissions to create new namespace" >&2; exit 1',
  'does not know an option': 'echo "bwrap: Unknown option --unshare-user" >&2; exit 1',
  'never answers': 'exec sleep 1000',
  'says nothing': 'exit 0',
  'starts what it is given, and shuts nothing in': 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"',
  'leaves the network open': `for w; do shift; case "$w" in --unshare-net | --unshare-all) ;; *) set -- "$@" "$w" ;; esac; done; exec "$real" "$@"`,
  'leaves processes visible': `for w; do shift; case "$w" in --unshare-pid | --unshare-all) ;; *) set -- "$@" "$w" ;; esac; done; exec "$real" "$@"`,
  'works twice, and no more': 'echo x >> "$count"; [ "$(wc -l < "$count")" -le 2 ] || exit 1; exec "$real" "$@"',
}

/** Without a program in its place: none is there, or the kernel lets nobody make a namespace. */
const elsewhere = ['is hidden', 'is no program', 'may make no namespace'] as const

const ways: Readonly<Record<string, readonly string[]>> = {
  'asked for': ['agents', 'run', '--json', '--sandbox', 'task.md'],
  configured: ['agents', 'run', '--json', 'task.md'],
  'for a roadmap': ['roadmap', 'run', '--json', '--sandbox'],
}

async function played(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const missing = process.platform === 'linux' ? missingProgram('unshare', 'mount', 'bwrap') : 'the sandbox is for Linux'
  if (missing !== undefined) return skippedRow(missing)
  if (process.getuid?.() !== 0 || spawnSync('unshare', ['--mount', '--', 'true']).status !== 0) return skippedRow('nothing can be mounted over bwrap here')
  const names = [...Object.keys(inItsPlace), ...elsewhere]
  const all = names.flatMap((name) => Object.keys(ways).map((way) => [name, way] as const))
  const some = size === 'full' ? all : all.filter((_, index) => index % 10 === 0)
  const told = { count: 0 }
  const result = await eachCase(some.length, 2, async (index) => {
    const [name, way] = some[index] ?? ['', '']
    return (await play(name, way, told)).map((line) => `bwrap ${name}, ${way}: ${line}`)
  })
  report(`${told.count} of ${some.length} were told that no sandbox can be made; in the others the agent failed inside`)
  return result
}

async function play(name: string, way: string, told: { count: number }): Promise<readonly string[]> {
  await using repo = await workRepo({}, { work: way === 'configured' ? ', sandbox: true' : '' })
  const mark = join(repo.base, 'agent-ran')
  const does = `: > '${mark}'; echo done >> src/a.txt`
  repo.write({ 'task.md': prompt('Task', does), 'ROADMAP.md': `## Phase 1: One\n\n### Group A\n\n#### A1: Task\n\n\`\`\`sh\n${does}\n\`\`\`\n` })
  repo.commit('task')
  const before = ofUser(repo)
  const end = await repo.runs(ways[way] ?? [], { through: without(repo, name), limitMs: 120_000 })
  const broken = [...wrongEnding(end, [1, 2])]
  if (existsSync(mark)) broken.push('the agent ran outside')
  if (/agent\.no-sandbox/.test(end.text)) told.count++
  else if (name !== 'works twice, and no more') broken.push(`it was not told: ${oneLine(end.text.slice(-300))}`)
  if (repo.git('log', '--format=%s', 'main..').trim() !== '') broken.push('something landed')
  return [...broken, ...differences(before, ofUser(repo)).map((what) => `${what} of the user has changed`)]
}

type Place = { readonly base: string; readonly script: (name: string, text: string) => string }

/** In a mount name space of its own the program is another one, so there is nothing to take back. */
function without({ base, script }: Place, name: string): readonly string[] {
  const text = inItsPlace[name]
  const real = join(base, 'real-bwrap')
  const fake = text === undefined ? '' : script('fake-bwrap', `real='${real}' count='${join(base, 'count')}'\n${text}`)
  const over = (source: string): string => `for b in /usr/bin/bwrap /bin/bwrap; do [ -e $b ] && mount --bind '${source}' "$(readlink -f $b)"; done`
  const setUp: Readonly<Record<string, string>> = {
    'is hidden': [
      `mkdir -p '${base}/bin' '${base}/all' && mount --bind /usr/bin '${base}/all'`,
      `for f in /usr/bin/*; do [ "\${f##*/}" = bwrap ] || ln -s "${base}/all/\${f##*/}" '${base}/bin/'; done`,
      `mount --bind '${base}/bin' /usr/bin`,
    ].join(' && '),
    'is no program': `: > '${base}/empty'; ${over(join(base, 'empty'))}`,
    'may make no namespace': 'echo 0 > /proc/sys/user/max_user_namespaces',
  }
  const copy = `cp "$(readlink -f /usr/bin/bwrap)" '${real}'`
  const line = setUp[name] ?? `${copy}; ${over(fake)}`
  const space = name === 'may make no namespace' ? ['unshare', '--user', '--map-root-user', '--mount', '--'] : ['unshare', '--mount', '--']
  return [...space, 'sh', '-c', `${line}\nexec "$@"`, 'sh']
}
