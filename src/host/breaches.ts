/** Compares two marks of a checkout. Keeps both sides of refs that moved; only refs of pawl itself are set back, for all others may have been moved by the user. */
import { Bug, failed, ok, type Failure, type Result } from '../model/failure.ts'
import { isOwnRef, visitedBy, type CheckoutMark, type Marks, type StrictMark } from './checkout-mark.ts'
import { gitFailure, type GitAnswer } from './git.ts'
import { randomHex } from './random-hex.ts'
import { gitIn, type Repository } from './repository.ts'
import { branchPrefix } from './worktree-places.ts'

export type Breach = {
  readonly kind: 'head' | 'ref' | 'stash' | 'setting' | 'config' | 'hook' | 'info' | 'index' | 'file' | 'package'
  /** Name of the ref, setting or file. */
  readonly what: string
  /** Absent: it was not there, or is not there any more. Of settings and files a digest, since their text may be secret. */
  readonly before?: string
  readonly after?: string
  /** To be shown. */
  readonly line: string
  /** The run must not go on; see `checkout-mark`. */
  readonly stops: boolean
}

/** `allowed`: refs that pawl itself moved since. `strict`: nobody edits in the checkout, so its files and its index count, too. */
export function breaches(before: CheckoutMark, after: CheckoutMark, allowed: ReadonlySet<string>, strict = false): readonly Breach[] {
  const settings = differences('setting', before.settings, after.settings, always).filter(({ what }) => !isOwnSetting(what))
  const visited = new Set([...after.visits].flatMap((line) => (before.visits.has(line) ? [] : (visitedBy(line) ?? []))))
  const ownOnly = settings.length === 0 && differences('setting', before.settings, after.settings, always).length > 0
  return [
    ...headBreach(before, after, visited),
    ...differences('ref', before.refs, after.refs, (what, was, is) => refStops(what, was, is, visited)).filter(
      ({ what }) => !allowed.has(what) && !isOwnRef(what),
    ),
    ...stashBreach(before, after),
    ...settings,
    // What is written there and no setting, such as a condition that does not hold now. A branch of an agent may get an upstream.
    ...(settings.length === 0 && !ownOnly ? differences('config', before.config, after.config, always) : []),
    ...differences('config', before.global, after.global, always),
    ...differences('hook', before.hooks, after.hooks, always),
    ...differences('info', before.info, after.info, always),
    ...differences('package', before.packages, after.packages, always),
    ...(strict ? strictBreaches(before.strict, after.strict) : []),
  ]
}

function strictBreaches(before: StrictMark | undefined, after: StrictMark | undefined): readonly Breach[] {
  if (before === undefined || after === undefined) throw new Bug('files are to be compared that nobody looked at')
  return [
    ...differences('index', new Map([['index', before.index]]), new Map([['index', after.index]]), always),
    ...differences('file', before.files, after.files, always),
  ]
}

/** What is to be shown when a run stops. Undefined: nothing stops it. */
export function breachFailure(found: readonly Breach[]): Failure | undefined {
  const stopping = found.filter(({ stops }) => stops)
  if (stopping.length === 0) return undefined
  return {
    type: 'checkout.breached',
    what: 'the repository was changed, outside of their worktrees, while agents worked',
    why: stopping.map(({ line }) => line).join('; '),
    kept: 'your files; all worktrees and branches of agents',
    hint: 'if it was you, run again; if not, look at what changed before you use git here',
  }
}

export type BothKept = {
  /** Refs of pawl that are where they were again. */
  readonly restored: readonly string[]
  /** Refs and HEAD that stay as they are now; what they were before, and are now, stands below `folder`. */
  readonly kept: readonly string[]
  readonly folder: string
}

/**
 * Nobody can tell whether a user or an agent moved a ref of the user, and who undoes the work of a user does more harm than who tells of it. So both are
 * kept, under refs/pawl/quarantine/<time>/before and /after, and nothing is moved. Refs of pawl itself are set back, by compare-and-swap: what moved
 * again since stays.
 */
export async function keepBoth(checkout: Repository, found: readonly Breach[]): Promise<Result<BothKept>> {
  const [restored, kept, failures]: [string[], string[], Failure[]] = [[], [], []]
  const folder = `refs/pawl/quarantine/${new Date().toISOString().replace(/[-:.]/g, '')}-${randomHex(2)}`
  for (const breach of found) {
    if (breach.kind !== 'ref' && breach.kind !== 'head' && breach.kind !== 'stash') continue
    const name = breach.kind === 'stash' ? `stashes/${breach.what}` : breach.what.replace(/^refs\//, '')
    for (const [side, id] of [
      ['before', breach.before],
      ['after', breach.after],
    ] as const) {
      if (id === undefined || id.startsWith('ref: ')) continue
      const answer = await gitIn(checkout, ['update-ref', '--end-of-options', `${folder}/${side}/${name}`, id])
      if (!answer.ok) failures.push(gitFailure(`what ${breach.what} was could not be kept`, answer))
    }
    if (!isOwnRef(breach.what)) kept.push(breach.what)
    else {
      const answer = await setBack(checkout, breach)
      if (answer.ok) restored.push(breach.what)
      else failures.push(gitFailure(`${breach.what} could not be set back`, answer))
    }
  }
  return failures.length === 0 ? ok({ restored, kept, folder }) : failed(...failures)
}

async function setBack(checkout: Repository, { what, before, after }: Breach): Promise<GitAnswer> {
  // Gone now: it must still be so. git compares no symbolic refs.
  const old = after?.startsWith('ref: ') === true ? [] : [after ?? '0'.repeat((before ?? '').length)]
  const args = before === undefined ? ['-d', '--end-of-options', what, ...old] : ['-m', 'pawl: set back', '--end-of-options', what, before, ...old]
  return gitIn(checkout, ['update-ref', '--no-deref', ...args])
}

function headBreach(before: CheckoutMark, after: CheckoutMark, visited: ReadonlySet<string>): readonly Breach[] {
  if (before.head === after.head) return []
  const commit = after.head.startsWith('ref: ') ? after.refs.get(after.head.slice('ref: '.length)) : after.head
  // A switch is told in the log of HEAD, with the commit that it led to.
  const stops = commit === undefined || !visited.has(commit)
  return [{ kind: 'head', what: 'HEAD', before: before.head, after: after.head, line: `HEAD was ${before.head} and is ${after.head}`, stops }]
}

function refStops(name: string, was: string | undefined, is: string | undefined, visited: ReadonlySet<string>): boolean {
  if (name.startsWith('refs/replace/')) return true
  if (name.startsWith('refs/remotes/') || name === 'refs/stash' || was === undefined) return false
  return is === undefined || !visited.has(is)
}

/** New ones are on top of the old ones; who takes one away from them loses it. */
function stashBreach(before: CheckoutMark, after: CheckoutMark): readonly Breach[] {
  const gone = before.stashes.filter((id) => !after.stashes.includes(id))
  return gone.map((id) => ({ kind: 'stash', what: id, before: id, line: `the stash ${short(id)} is gone`, stops: true }))
}

/** Of a branch of pawl; and where a branch is pushed to, which `git push -u` of a person writes. */
const isOwnSetting = (name: string): boolean => name.startsWith(`branch.${branchPrefix}`) || /^branch\..+\.(?:remote|merge|pushremote)$/i.test(name)

type Stops = (what: string, before: string | undefined, after: string | undefined) => boolean
const always: Stops = () => true

function differences(kind: Breach['kind'], before: Marks, after: Marks, stops: Stops): readonly Breach[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  return names.flatMap((what): readonly Breach[] => {
    const [was, is] = [before.get(what), after.get(what)]
    if (was === is) return []
    const sides = { ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }
    return [{ kind, what, ...sides, line: lineFor(kind, what, was, is), stops: stops(what, was, is) }]
  })
}

const nouns: Readonly<Record<Breach['kind'], string>> = {
  head: '',
  ref: '',
  stash: 'the stash ',
  setting: 'the setting ',
  config: '',
  hook: 'the hook ',
  info: '',
  index: 'the ',
  file: 'the file ',
  package: 'the installed package ',
}

function lineFor(kind: Breach['kind'], what: string, was: string | undefined, is: string | undefined): string {
  const name = `${nouns[kind]}${what}`
  if (was === undefined) return `${name} is new${kind === 'ref' ? `, at ${short(is)}` : ''}`
  if (is === undefined) return `${name} is gone${kind === 'ref' ? `; it was at ${short(was)}` : ''}`
  return kind === 'ref' ? `${name} was moved from ${short(was)} to ${short(is)}` : `${name} was changed`
}

const short = (id = ''): string => (/^[0-9a-f]{40,64}$/.test(id) ? id.slice(0, 10) : id)
