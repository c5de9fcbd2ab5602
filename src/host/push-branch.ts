/** Pushes a commit as a branch of a remote: only forward, with nobody asked for anything, and with a look at what the remote really holds when it was cut off. */
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { answerText, gitFailure, type GitOptions } from './git.ts'
import { gitIn, type Repository } from './repository.ts'

export type Remote = {
  readonly name: string
  /** As git would use it, with a login if there is one in it: not to be shown. */
  readonly url: string
  /** The default branch, by its short name. */
  readonly base: string
}

/** The remote that the default branch comes from: the one it follows, else origin, else the only one. */
export async function remoteOf(repository: Repository, base: string): Promise<Result<Remote>> {
  const [listed, follows] = await Promise.all([gitIn(repository, ['remote']), gitIn(repository, ['config', '--get', `branch.${base}.remote`])])
  if (!listed.ok) return failed(gitFailure('git could not list the remotes', listed))
  const names = answerText(listed.stdout).split('\n').filter(Boolean)
  const followed = follows.ok ? answerText(follows.stdout) : ''
  const name = [followed, 'origin', names.length === 1 ? names[0] : undefined].find((one) => one !== undefined && names.includes(one))
  if (name === undefined)
    return failed({
      type: 'push.no-remote',
      what: `no remote is known that ${base} comes from`,
      why: names.length === 0 ? 'the repository has no remote' : `it follows none, and none of ${names.join(', ')} is called origin`,
      kept: 'nothing was pushed',
      hint: `git branch --set-upstream-to=REMOTE/${base} ${base}`,
    })
  const url = await gitIn(repository, ['remote', 'get-url', '--push', '--', name])
  return url.ok ? ok({ name, url: answerText(url.stdout), base }) : failed(gitFailure(`git could not tell the address of ${name}`, url))
}

export type Push = {
  readonly remote: Remote
  /** Short name of the branch, here and there. */
  readonly branch: string
  /** Full id. */
  readonly commit: string
  /** Default: five minutes. */
  readonly timeoutMs?: number
}

/** Names that everybody works on, by custom. */
const shared = /^(?:main|master|trunk|develop|development|staging|production|release|releases?\/.*)$/

/** Undefined: the remote holds the commit there. It is asked for nothing but that: no tags, no submodules, no options; hooks are not run. */
export async function pushBranch(repository: Repository, { remote, branch, commit, timeoutMs = 300_000 }: Push): Promise<Failure | undefined> {
  const kept = `${branch} is kept here; nothing was changed on ${remote.name}`
  if (branch === remote.base || shared.test(branch))
    return {
      type: 'push.refused',
      what: `${branch} is not pushed`,
      why: 'others work on a branch of that name',
      kept,
      hint: 'Let the work land on another branch: --onto NAME.',
    }
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return { type: 'push.refused', what: `${branch} is not pushed`, why: 'its commit is not known', kept }
  const options = ['--no-progress', '--no-verify', '--no-signed', '--recurse-submodules=no', '--no-follow-tags']
  const answer = await gitIn(repository, [...patience, 'push', ...options, '--end-of-options', remote.name, `${commit}:refs/heads/${branch}`], {
    ...(await unasked(repository)),
    timeoutMs,
  })
  if (answer.ok) return undefined
  const said = withoutLogin(answer.stderr)
  // It may have arrived before the line was cut.
  const there = await heldBy(repository, remote, branch, Math.min(timeoutMs, 30_000))
  if (there === commit) return undefined
  const why = saying(said)
  if (/rejected|non-fast-forward|fetch first|hook declined|protected branch|GH\d{3}/i.test(said) || there !== undefined)
    return {
      type: 'push.rejected',
      what: `${remote.name} did not take ${branch}`,
      why,
      kept: `${branch} is kept here; ${remote.name} has what it had`,
      hint: `Look at what is there (git fetch ${remote.name}; git log ${remote.name}/${branch}), or land on a branch of another name: --onto NAME.`,
    }
  return {
    type: 'push.unreachable',
    what: `${branch} could not be pushed to ${remote.name}`,
    why,
    kept: `${branch} is kept here`,
    hint: `See whether you can push without being asked for anything: git push --dry-run ${remote.name} ${branch}`,
  }
}

/** The commit that a branch of the remote is at; undefined also where nobody can tell. */
async function heldBy(repository: Repository, remote: Remote, branch: string, timeoutMs: number): Promise<string | undefined> {
  const options = { ...(await unasked(repository)), timeoutMs }
  const answer = await gitIn(repository, [...patience, 'ls-remote', '--refs', '--end-of-options', remote.name, `refs/heads/${branch}`], options)
  return answer.ok ? /^([0-9a-f]{40,64})\t/.exec(answerText(answer.stdout))?.[1] : undefined
}

/** A line that is open and says nothing is given up. */
const patience = ['-c', 'http.lowSpeedLimit=1000', '-c', 'http.lowSpeedTime=60', '-c', 'credential.interactive=false'] as const

/** Keys and helpers that need nobody work as always; whatever would ask a person fails. */
async function unasked(repository: Repository): Promise<Pick<GitOptions, 'env'>> {
  const own = await gitIn(repository, ['config', '--get', 'core.sshCommand'])
  const ssh = own.ok ? {} : { GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=15' }
  return { env: { GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', SSH_ASKPASS_REQUIRE: 'never', GCM_INTERACTIVE: 'never', ...ssh } }
}

/** Addresses may have a login in them. */
export const withoutLogin = (text: string): string => text.replaceAll(/\/\/[^/\s@]+@/g, '//')

/** The lines that say most, as one. */
function saying(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/^remote: /, '').trim())
    .filter((line) => line !== '' && !line.startsWith('hint:'))
  const most = lines.filter((line) => /rejected|error|fatal|denied|declined|failed/i.test(line))
  return (most.length > 0 ? most : lines).slice(0, 3).join('; ').slice(0, 500) || 'git did not say why'
}
