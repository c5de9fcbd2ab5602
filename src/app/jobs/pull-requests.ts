/** Opens pull requests for what landed: a push that never overwrites, then a request to the hub. Only when it was asked for, and never onto a branch of others. */
import { workTask } from '../../config/job-tasks.ts'
import { contains } from '../../host/advance-branch.ts'
import { branchTouches } from '../../host/branch-touches.ts'
import { commitOf } from '../../host/changed-files.ts'
import { defaultBranch } from '../../host/default-branch.ts'
import { remoteOf, type Remote } from '../../host/push-branch.ts'
import { failed, ok, type Failure, type Result } from '../../model/failure.ts'
import type { Prompt } from '../../model/prompt.ts'
import type { Checked } from '../perform.ts'
import { redactionOf } from '../redacted.ts'
import type { Site } from '../site.ts'
import { hubOf } from './hub.ts'
import { openPull, type PullWish } from './open-pull.ts'
import { repositoryOf } from './repository-of.ts'
import { pullBody, pullTitle, type PulledJob } from './pull-request-text.ts'

/** integration: one for all that landed; each: one for the branch of each prompt that landed. */
export type PullMode = 'integration' | 'each'

/** Where pull requests go. */
export type PullPlace = { readonly remote: Remote; readonly base: string }

export type Pull = {
  readonly branch: string
  readonly url: string
  /** updated: there was one, and it has the new commits now. */
  readonly state: 'opened' | 'updated'
  readonly prompts: readonly string[]
}

export type Pulls = { readonly pulls: readonly Pull[]; readonly failures: readonly Failure[] }

/** Asked before anything is spent: whether there is a remote, a program, a login and the right to push. */
export async function readyForPulls(site: Site): Promise<Result<PullPlace>> {
  const repository = repositoryOf(site)
  const base = await defaultBranch(repository)
  if (!base.ok) return base
  const remote = await remoteOf(repository, base.value)
  if (!remote.ok) return remote
  const hub = hubOf(site, remote.value, undefined)
  if ('type' in hub) return failed(hub)
  const answer = await hub.get(`repos/${hub.path}`)
  const unready = (why: string, hint: string): Result<PullPlace> =>
    failed({ type: 'pull-request.unready', what: `no pull request can be opened on ${hub.path}`, why, kept: 'nothing was started', hint })
  if (!answer.ok) return unready(answer.why, 'gh auth status tells who is logged in; gh auth login logs in.')
  const { default_branch: theirs, permissions } = answer.value as { default_branch?: unknown; permissions?: { push?: unknown } }
  if (permissions?.push === false) return unready('you may not push there', 'Clone a fork of yours, and open the pull request by hand.')
  return ok({ remote: remote.value, base: typeof theirs === 'string' && theirs !== '' ? theirs : base.value })
}

type Wish = { readonly branch: string; readonly commit: string; readonly jobs: readonly PulledJob[]; readonly beside?: string }

export async function openPulls(site: Site, place: PullPlace, mode: PullMode, prompts: readonly Prompt[], checked: Checked): Promise<Pulls> {
  const refused = await changedSince(site, place, checked)
  if (refused !== undefined) return { pulls: [], failures: [refused] }
  const hub = hubOf(site, place.remote, checked.run)
  if ('type' in hub) return { pulls: [], failures: [hub] }
  const wishes = await (mode === 'each' ? eachOf(site, place, prompts, checked) : allOf(site, prompts, checked))
  const clean = redactionOf(site, checked.planned)
  const pulls: Pull[] = []
  const failures: Failure[] = []
  for (const wish of wishes) {
    const pull = await openPull({ repository: repositoryOf(site), place, hub, clean: (text) => clean.text(text) }, asked(wish, place, checked))
    if (pull.ok) pulls.push({ ...pull.value, prompts: wish.jobs.map(({ prompt }) => prompt.id) })
    else failures.push(...pull.failures)
  }
  return { pulls, failures }
}

const asked = ({ branch, commit, jobs, beside }: Wish, { base }: PullPlace, checked: Checked): PullWish => ({
  branch,
  commit,
  base,
  title: pullTitle(jobs),
  body: pullBody({ run: checked.run, jobs, checks: checksOf(checked), ...(beside === undefined ? {} : { beside }) }),
})

/** Somebody who changed the settings of git could have sent the work, and the login, elsewhere. */
export async function changedSince(site: Site, { remote }: PullPlace, { result }: Pick<Checked, 'result'>): Promise<Failure | undefined> {
  const kept = 'everything is kept here; nothing was pushed'
  const isBreached = [...result.settled.values()].some((one) => one.kind === 'errored' && one.failure.type === 'checkout.breached')
  if (isBreached) return { type: 'push.refused', what: 'nothing is pushed after the repository was changed while agents worked', kept }
  const now = await remoteOf(repositoryOf(site), remote.base)
  if (!now.ok) return now.failures[0]
  if (now.value.name === remote.name && now.value.url === remote.url) return undefined
  return { type: 'push.refused', what: `${remote.name} has another address than before the agents worked`, kept, hint: `git remote -v` }
}

async function landedJobs(site: Site, prompts: readonly Prompt[], { result }: Checked): Promise<readonly PulledJob[]> {
  const found: PulledJob[] = []
  for (const prompt of prompts) {
    const state = result.jobs.get(workTask(prompt.id))
    if (state?.landed === undefined || state.commit === undefined || state.lease === undefined) continue
    const touched = await branchTouches(repositoryOf(site), state.lease.base, state.commit.commit)
    found.push({ prompt, state, files: touched.ok ? touched.value : [] })
  }
  return found
}

/** The commit that was judged last, whatever the branch holds by now. */
async function allOf(site: Site, prompts: readonly Prompt[], checked: Checked): Promise<readonly Wish[]> {
  const jobs = await landedJobs(site, prompts, checked)
  const last = checked.events.flatMap((event) => (event.type === 'job.advanced' && event.fact.kind === 'landed' ? [event.fact] : [])).at(-1)
  return last === undefined || jobs.length === 0 ? [] : [{ branch: last.onto, commit: last.commit, jobs }]
}

/** Of what landed alone: what was held is for a person first. */
async function eachOf(site: Site, { base }: PullPlace, prompts: readonly Prompt[], checked: Checked): Promise<readonly Wish[]> {
  const repository = repositoryOf(site)
  const begin = await commitOf(repository, base)
  const jobs = await landedJobs(site, prompts, checked)
  return Promise.all(
    jobs.map(async (job): Promise<Wish> => {
      const { lease, commit } = job.state
      const alone = begin.ok && lease !== undefined && (await contains(repository, begin.value, lease.base))
      const beside = `It begins with other work of agents that is not on \`${base}\`, and holds that, too.`
      return { branch: lease?.branch ?? '', commit: commit?.commit ?? '', jobs: [job], ...(alone ? {} : { beside }) }
    }),
  )
}

/** Whatever landed has passed every check that is required; of an advisory one that is not known. */
function checksOf({ gate }: Checked): readonly (readonly [string, string])[] {
  if (gate === undefined) return []
  return gate.order.flatMap((id) => {
    const task = gate.tasks.get(id)?.task
    if (task === undefined || task.role !== 'check') return []
    return [[id, task.severity === 'required' ? 'passed' : 'advisory'] as const]
  })
}
