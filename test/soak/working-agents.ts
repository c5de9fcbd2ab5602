/** A repository in which scripted agents work on prompts, and what is looked at afterwards without asking pawl: commits, trees, files, processes. */
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { faultRepo, type FaultRepo } from './fault-repo.ts'
import { fact, wordsOf } from './watching.ts'

/** It speaks like Claude Code: conversation, result, what it used. What it does stands in its prompt, between "```sh" and "```"; in later turns in "```sh again". */
const agent = `
id=none
while [ $# -gt 0 ]; do case "$1" in --session-id | --resume) id="$2"; shift ;; --mcp-config) export TOOLS="$2"; shift ;; esac; shift; done
brief=$(cat)
part=work
case "$brief" in "You work in"*) ;; *) part=again ;; esac
script=$(printf '%s\\n' "$brief" | awk -v part="$part" '
  /^\`\`\`sh again$/ { on = part == "again"; next }
  /^\`\`\`sh$/ { on = part == "work"; next }
  /^\`\`\`$/ { on = 0; next }
  on { print }')
echo '{"type":"system","subtype":"init","session_id":"'$id'"}'
sh -c "$script" || exit 3
echo '{"type":"result","subtype":"success","is_error":false,"stop_reason":"end_turn","session_id":"'$id'","num_turns":1,"result":"done","total_cost_usd":0.5,"modelUsage":{"m":{"inputTokens":900,"outputTokens":100,"cacheReadInputTokens":0,"cacheCreationInputTokens":0,"costUSD":0.5}},"model_usage_since_last_result":{"m":{"inputTokens":900,"outputTokens":100,"cacheReadInputTokens":0,"cacheCreationInputTokens":0,"costUSD":0.5}}}'
`

export const prompt = (title: string, work: string, again = 'true', front = ''): string =>
  `${front === '' ? '' : `---\n${front}\n---\n`}# ${title}\n\n\`\`\`sh\n${work}\n\`\`\`\n\n\`\`\`sh again\n${again}\n\`\`\`\n`

export type WorkRepo = FaultRepo & {
  /** Digests of what lay in src/ whenever the check "lint" passed, from its own marks. */
  passed(): ReadonlySet<string>
  /** The same digest of a commit. */
  digestOf(commit: string): string
  /** `args` begin after "agents run --json". */
  work(...args: string[]): ReturnType<FaultRepo['runs']>
}

/** `work`: more of that key. Programs of the gate lie outside of the repository, so that no agent edits them. */
export async function workRepo(files: Readonly<Record<string, string>>, { work = '', silence = '30s' } = {}): Promise<WorkRepo> {
  const repo = await faultRepo({ 'src/a.txt': 'alpha\n', 'src/b.txt': 'beta\n', 'src/c.txt': 'gamma\n', ...files })
  const digest = `find src -type f | LC_ALL=C sort | xargs cat | sha256sum | cut -d' ' -f1`
  const marks = join(repo.base, 'passed')
  const lint = repo.script('lint', `grep -rn BUG src && exit 1; ${digest} >> '${marks}'`)
  repo.write({
    'pawl.yaml': `detect: false
diskFree: 1MB
checks:
  lint: { command: [${lint}], inputs: ["src/**"] }
agents: { scripted: { kind: claude, command: [${repo.script('agent', agent)}], silence: ${silence} } }
work: { agent: scripted, delay: 1s, retries: 1 ${work} }
`,
  })
  repo.git('config', 'user.name', 'Journey')
  repo.git('config', 'user.email', 'journey@example.invalid')
  repo.commit('prompts')
  return {
    ...repo,
    passed: () => new Set(existsSync(marks) ? readFileSync(marks, 'utf8').trim().split('\n') : []),
    digestOf: (commit) => inTree(repo, commit, digest).stdout.trim(),
    work: (...args) => repo.runs(['agents', 'run', '--json', ...args]),
  }
}

/** A shell line in a folder that holds the tree of a commit. */
export function inTree(repo: FaultRepo, commit: string, line: string): { readonly status: number | null; readonly stdout: string } {
  const folder = mkdtempSync(join(repo.base, 'tree-'))
  spawnSync('sh', ['-c', `git archive "$1" | tar -x -C "$2"`, 'sh', commit, folder], { cwd: repo.root })
  const { status, stdout } = spawnSync('sh', ['-c', line], { cwd: folder, encoding: 'utf8' })
  return { status, stdout }
}

/** All that is the user's: files with their modes, HEAD, branches and tags, index, stash, settings, hooks. */
export function ofUser(repo: FaultRepo): ReadonlyMap<string, string> {
  const seen = new Map<string, string>()
  const look = (folder: string): void => {
    for (const name of readdirSync(join(repo.root, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`
      const stat = lstatSync(join(repo.root, path))
      if (path === '.git' || path === '.pawl') continue
      if (stat.isDirectory()) look(path)
      else seen.set(path, `${stat.mode} ${stat.isSymbolicLink() ? readlinkSync(join(repo.root, path)) : readFileSync(join(repo.root, path), 'base64')}`)
    }
  }
  look('')
  const refs = repo.git('for-each-ref', '--format=%(refname) %(objectname)').split('\n')
  seen.set('refs', refs.filter((line) => !/^refs\/(heads\/pawl|pawl)\//.test(line)).join('\n'))
  seen.set('HEAD', repo.read('.git/HEAD'))
  seen.set('index', repo.git('ls-files', '-s', '-t'))
  seen.set('stash', repo.git('stash', 'list'))
  seen.set('config', repo.read('.git/config'))
  seen.set('hooks', readdirSync(join(repo.root, '.git/hooks')).join())
  return seen
}

export function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key))
}

/** Processes that have something of this repository among their words. */
export const processesIn = (repo: FaultRepo): readonly string[] =>
  readdirSync('/proc').flatMap((pid) => {
    const words = /^\d+$/.test(pid) ? wordsOf(pid).join(' ') : ''
    return words.includes(repo.base) ? [`${pid} ${words}`] : []
  })

/** One look can miss what begins while its parent ends; several in a row cannot. */
export function allGone(repo: FaultRepo, withinMs: number): Promise<boolean> {
  let empty = 0
  return fact(() => (empty = processesIn(repo).length === 0 ? empty + 1 : 0) === 5, withinMs)
}

export type Told = {
  readonly type: string
  readonly attempt?: string
  readonly task?: string
  readonly failure?: { readonly type: string; readonly what: string; readonly why?: string }
  readonly fact?: { readonly kind: string; readonly [key: string]: unknown }
  readonly outcome?: {
    readonly kind: string
    readonly silent?: boolean
    readonly summary?: string
    readonly failure?: { readonly type: string; readonly what: string }
  }
}

export const toldIn = (stdout: string): readonly Told[] =>
  stdout.split('\n').flatMap((line) => (line.startsWith('{') && line.endsWith('}') ? [JSON.parse(line) as Told] : []))

export const factsIn = (stdout: string, task: string) => toldIn(stdout).flatMap((one) => (one.task === task && one.fact !== undefined ? [one.fact] : []))
