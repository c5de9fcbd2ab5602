/** Gives a job its checkout: leased anew, or the one that an earlier attempt left; a worktree, or a clone whose programs are shut in. */
import type { JobCheckout } from '../../executors/jobs/job-world.ts'
import { commitOf } from '../../host/changed-files.ts'
import { workingTree } from '../../host/isolated-copy.ts'
import { fetchBack } from '../../host/clone-return.ts'
import { leaseClone, openClone, treeOfClone, type LeasedClone } from '../../host/leased-clone.ts'
import type { Lending } from '../../host/lent-packages.ts'
import { leaseWorktree, openLease } from '../../host/leased-worktrees.ts'
import { rescueClone } from '../../host/rescued-clone.ts'
import { snapshot } from '../../host/rescue.ts'
import type { Repository } from '../../host/repository.ts'
import { sealCheckout } from '../../host/sealed-checkout.ts'
import { sandboxTrouble } from '../../host/sandbox.ts'
import { treeOf } from '../../host/staging.ts'
import { commitAll, type Committed } from '../../host/worktree-commit.ts'
import type { AttemptContext } from '../../model/executor.ts'
import { failed, ok, type Failure, type Result } from '../../model/failure.ts'
import type { Held, Lease } from '../../model/job.ts'
import type { JobState } from '../../model/job-state.ts'
import type { JobAction } from '../../model/task.ts'
import { environmentOf, giving, type Site } from '../site.ts'
import { homeOfChecks, shutInChecks, type ChecksNetwork } from './confined.ts'
import type { Gate } from './gate.ts'
import type { JobPorts } from './job-ports.ts'
import { repositoryOf } from './repository-of.ts'

export type CheckoutParts = {
  readonly site: Site
  readonly gate: Gate
  readonly run: number
  readonly ports: JobPorts
  /** How the installed packages come into a worktree. */
  readonly packages: Lending
  /** Of checks in a sandbox. */
  readonly network: ChecksNetwork
  /** Why a person has to look at what a branch changes. */
  survey(base: string, commit: string): Promise<Result<Held | undefined>>
}

type Leased = { readonly lease: Lease; readonly repository: Repository; readonly clone?: LeasedClone }

/** `clone`: where it is one. */
export type AnyCheckout = JobCheckout & { readonly clone?: LeasedClone; /** Variables for all that is started there. */ readonly given: Given }

type Given = Readonly<Record<string, string>>

export async function jobCheckout(parts: CheckoutParts, action: JobAction, state: JobState, context: AttemptContext): Promise<Result<AnyCheckout>> {
  if (state.lease?.isolation === 'linked' && action.isolation === 'clone') return failed(unshut(state.lease))
  const given = await parts.ports.of(`job ${action.prompt.id}`)
  if (!given.ok) return given
  const leased = await (state.lease === undefined ? leasedAnew(parts, action) : leasedBefore(parts, state.lease))
  return leased.ok ? ok(checkoutOf(parts, action, { ...leased.value, given: given.value }, context)) : leased
}

/** It begins with what is on the branch now: also with what landed a moment ago. */
async function leasedAnew({ site, run, packages }: CheckoutParts, { prompt, onto, isolation }: JobAction): Promise<Result<Leased>> {
  const checkout = repositoryOf(site)
  const base = await commitOf(checkout, `refs/heads/${onto}`)
  if (!base.ok) return base
  const wish = { prompt: prompt.id, run, base: base.value, packages }
  if (isolation === 'linked') return leaseWorktree(checkout, site.stateFolder, wish)
  const trouble = await sandboxTrouble()
  return trouble === undefined ? asLeased(await leaseClone(checkout, site.stateFolder, wish)) : failed(trouble)
}

const unshut = ({ folder, branch }: Lease): Failure => ({
  type: 'agent.no-sandbox',
  what: `${folder} is a worktree of a run without a sandbox, in which nothing can be shut in`,
  kept: `the worktree and its branch ${branch}`,
  hint: 'go on without --sandbox, or begin anew with pawl agents run --sandbox',
})

function leasedBefore({ site }: CheckoutParts, lease: Lease): Result<Leased> {
  if (lease.isolation === 'clone') return asLeased(openClone(lease))
  const opened = openLease(repositoryOf(site), lease)
  return opened.ok ? ok({ lease, repository: opened.value }) : opened
}

const asLeased = (clone: Result<LeasedClone>): Result<Leased> =>
  clone.ok ? ok({ lease: clone.value.lease, repository: clone.value.repository, clone: clone.value }) : clone

function checkoutOf(
  parts: CheckoutParts,
  action: JobAction,
  { lease, repository, clone, given }: Leased & { readonly given: Given },
  context: AttemptContext,
): AnyCheckout {
  const { site, gate, run } = parts
  const commit = (message: string) => commitAll(repository, lease, { message, trailers: { 'Pawl-Job': `${context.run}/${action.prompt.id}` } })
  return {
    lease,
    given,
    ...(clone === undefined ? {} : { clone }),
    async tree() {
      const [tree, base] = await Promise.all([clone === undefined ? workingTree(repository) : treeOfClone(clone), treeOf(repository, lease.base)])
      if (!tree.ok) return tree
      return base.ok ? ok({ id: tree.value, isChanged: tree.value !== base.value }) : base
    },
    async judge(judging, checks) {
      const unsealed = await sealCheckout(repositoryOf(site), repository, clone === undefined ? parts.packages : 'link')
      if (unsealed !== undefined) return failed(unsealed)
      const wish = { given, ...(checks === undefined ? {} : { checks }) }
      if (clone === undefined) return gate.judge(repository, judging, wish)
      const root = lease.folder
      const env = environmentOf(giving({ ...site, root }, given), root, { pass: gate.planned.settings.envPass, key: gate.planned.settings.envKey })
      const home = await homeOfChecks(site, run, action.prompt.id)
      return gate.judge(repository, judging, { ...wish, processes: shutInChecks(site, gate.planned, env, clone, home, parts.network) })
    },
    async commit(message) {
      const committed = await commit(message)
      if (!committed.ok || committed.value === undefined) return committed
      const fetched = await broughtBack(site, lease, committed.value)
      return fetched.ok ? ok(factsOf(committed.value)) : fetched
    },
    survey: (commit) => parts.survey(lease.base, commit),
    async snapshot(why) {
      if (clone !== undefined) return rescueClone(repositoryOf(site), clone, why)
      const kept = await snapshot(repository, lease, why)
      return kept.ok ? ok(kept.value?.ref) : kept
    },
  }
}

const factsOf = ({ commit, tree, files }: Committed) => ({ commit, tree, files })

async function broughtBack(site: Site, lease: Lease, { commit }: Committed): Promise<Result<unknown>> {
  return lease.isolation === 'linked' ? ok(undefined) : fetchBack(repositoryOf(site), lease, commit)
}
