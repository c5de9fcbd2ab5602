/** One pull request: a push that never overwrites, then a request to the hub, or a comment where one is open already. */
import { pushBranch, type Remote } from '../../host/push-branch.ts'
import type { Repository } from '../../host/repository.ts'
import { failed, ok, type Failure, type Result } from '../../model/failure.ts'
import type { Hub } from './hub.ts'

export type PullWish = {
  /** Short name there. */
  readonly branch: string
  readonly commit: string
  /** What it is to be merged into. */
  readonly base: string
  readonly title: string
  readonly body: string
}

export type PullAsking = {
  readonly repository: Repository
  readonly place: { readonly remote: Remote; readonly base: string }
  readonly hub: Hub
  /** Takes known secrets out of a text. */
  readonly clean: (text: string) => string
}

/** updated: there was one, and it has the new commits now. */
export type PullEnd = { readonly branch: string; readonly url: string; readonly state: 'opened' | 'updated' }

export async function openPull({ repository, place, hub, clean }: PullAsking, wish: PullWish): Promise<Result<PullEnd>> {
  const { remote } = place
  const { branch, commit, base } = wish
  const kept = `${branch} is kept here`
  const hint = 'Let the work land on another branch: --onto NAME.'
  if (branch === place.base) return failed({ type: 'push.refused', what: `${branch} is not pushed`, why: 'it is the default branch', kept, hint })
  const known = await hub.get(`repos/${hub.path}/branches/${encodeURIComponent(branch)}`)
  if (known.ok && (known.value as { protected?: unknown }).protected === true)
    return failed({ type: 'push.refused', what: `${branch} is not pushed`, why: `it is protected on ${remote.name}`, kept, hint })
  const unpushed = await pushBranch(repository, { remote, branch, commit })
  if (unpushed !== undefined) return failed(unpushed)
  const body = clean(wish.body)
  const earlier = (await pullsOf(hub, branch)).find(({ state }) => state === 'open')
  if (earlier !== undefined) {
    const told = await hub.post(`repos/${hub.path}/issues/${earlier.number}/comments`, { body })
    return told.ok ? ok({ branch, url: earlier.url, state: 'updated' }) : failed(unopened(branch, remote, told.why))
  }
  const made = await hub.post(`repos/${hub.path}/pulls`, { title: clean(wish.title), body, head: branch, base })
  const url = made.ok ? (made.value as { html_url?: unknown }).html_url : undefined
  if (typeof url === 'string') return ok({ branch, url, state: 'opened' })
  return failed(unopened(branch, remote, made.ok ? 'the answer names no address' : made.why))
}

export type KnownPull = { readonly number: number; readonly url: string; readonly state: 'open' | 'merged' | 'closed'; readonly commit?: string }

/** From this branch, whatever became of them; newest first. None also where nobody can tell. */
export async function pullsOf(hub: Hub, branch: string): Promise<readonly KnownPull[]> {
  const owner = hub.path.split('/')[0] ?? ''
  const query = new URLSearchParams({ head: `${owner}:${branch}`, state: 'all' })
  const answer = await hub.get(`repos/${hub.path}/pulls?${query.toString()}`)
  return answer.ok && Array.isArray(answer.value) ? answer.value.flatMap(knownPull) : []
}

function knownPull(value: unknown): readonly KnownPull[] {
  if (typeof value !== 'object' || value === null) return []
  const { number, html_url: url, state, merged_at: mergedAt, head } = value as Readonly<Record<string, unknown>>
  if (typeof number !== 'number' || typeof url !== 'string') return []
  const commit = typeof head === 'object' && head !== null && 'sha' in head && typeof head.sha === 'string' ? { commit: head.sha } : {}
  return [{ number, url, state: state === 'closed' ? (typeof mergedAt === 'string' ? 'merged' : 'closed') : 'open', ...commit }]
}

const unopened = (branch: string, remote: Remote, why: string): Failure => ({
  type: 'pull-request.unopened',
  what: `${branch} was pushed to ${remote.name}, and no pull request was opened`,
  why,
  kept: 'the branch, here and there',
  hint: `gh pr create --head ${branch}`,
})
