/** Whether git knows who makes commits here: asked before anything is spent on work that could not be committed. */
import type { Failure } from '../model/failure.ts'
import { gitIn, type Repository } from './repository.ts'

export async function strangerHere(repository: Repository): Promise<Failure | undefined> {
  const answer = await gitIn(repository, ['-c', 'user.useConfigOnly=true', 'var', 'GIT_COMMITTER_IDENT'])
  if (answer.ok) return undefined
  return {
    type: 'repo.no-identity',
    what: 'git does not know who makes commits here',
    why: 'the work of agents is committed in your name',
    kept: 'nothing was started',
    hint: 'git config user.name "Your Name" && git config user.email you@example.com',
  }
}
