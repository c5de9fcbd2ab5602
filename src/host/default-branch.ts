/** Finds the branch that a repository is about: the one that its remote calls HEAD, else the one that its name gives away. */
import { failed, ok, type Result } from '../model/failure.ts'
import { answerText, gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'

const usual = ['main', 'master', 'trunk']

export async function defaultBranch(repository: Repository): Promise<Result<string>> {
  // A ref has no spaces in its name; only the HEAD of a remote points somewhere.
  const answer = await gitIn(repository, ['for-each-ref', '--format=%(refname) %(symref)', 'refs/remotes', 'refs/heads'])
  if (!answer.ok) return failed(gitFailure('git could not list the branches', answer))
  const head = await gitIn(repository, ['symbolic-ref', '--quiet', 'HEAD'])
  const current = head.ok ? answerText(head.stdout) : undefined
  const branch = branchAmong(answerText(answer.stdout).split('\n'), current)
  if (branch !== undefined) return ok(branch)
  return failed({
    type: 'repo.bad-ref',
    what: 'the default branch of this repository is not known',
    why: `no remote says which branch is its HEAD, no branch is called ${usual.join(', ')}, and none is checked out`,
    kept: 'nothing was written',
    hint: 'git remote set-head origin --auto asks the remote; or check the branch out',
  })
}

/** `refs`: lines of "name target"; `current`: the ref of the branch that is checked out, which may have no commit yet. */
export function branchAmong(refs: readonly string[], current: string | undefined): string | undefined {
  const rows = refs.map((line) => line.split(' '))
  const heads = rows.filter(([name, target]) => /^refs\/remotes\/[^/]+\/HEAD$/.test(name ?? '') && (target ?? '') !== '')
  const [name = '', target] = heads.find(([ref]) => ref === 'refs/remotes/origin/HEAD') ?? heads[0] ?? []
  if (target !== undefined) return target.slice(name.length - 'HEAD'.length)
  const known = new Set(rows.map(([ref = '']) => ref.replace(/^refs\/(heads|remotes\/origin)\//, '')))
  return usual.find((branch) => known.has(branch)) ?? current?.replace(/^refs\/heads\//, '')
}
