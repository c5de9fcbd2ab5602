/** Compares two marks of a checkout, and sets refs back that an agent moved. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { isOwnRef, visitedBy, type CheckoutMark, type Marks } from './checkout-mark.ts'
import { gitFailure, type GitAnswer } from './git.ts'
import { randomHex } from './random-hex.ts'
import { gitIn, type Repository } from './repository.ts'
import { branchPrefix } from './worktree-places.ts'

export type Breach = {
  readonly kind: 'head' | 'ref' | 'stash' | 'setting' | 'config' | 'hook' | 'info' | 'index' | 'file'
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
    ...differences('hook', before.hooks, after.hooks, always),
    ...differences('info', before.info, after.info, always),
    ...(strict ? differences('index', new Map([['index', before.index]]), new Map([['index', after.index]]), always) : []),
    ...(strict ? differences('file', before.files, after.files, always) : []),
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

/**
 * Sets refs and HEAD back to what they were, by compare-and-swap: what moved again since stays. What they were moved to is kept under
 * refs/pawl/quarantine/. New refs stay, but for replacements of objects. Files and the index of the checkout are not touched.
 */
export async function restoreRefs(checkout: Repository, before: CheckoutMark, found: readonly Breach[]): Promise<Result<readonly string[]>> {
  const restored: string[] = []
  const failures: Failure[] = []
  const folder = `refs/pawl/quarantine/${new Date().toISOString().replace(/[-:.]/g, '')}-${randomHex(2)}`
  for (const breach of found) {
    if (breach.kind !== 'ref' && breach.kind !== 'head') continue
    if (breach.before === undefined && !breach.what.startsWith('refs/replace/')) continue
    const { after } = breach
    if (after !== undefined && !after.startsWith('ref: '))
      await gitIn(checkout, ['update-ref', '--end-of-options', `${folder}/${breach.what.replace(/^refs\//, '')}`, after])
    const answer = await setBack(checkout, breach, breach.kind === 'head' ? before.head : breach.before)
    if (answer.ok) restored.push(breach.what)
    else failures.push(gitFailure(`${breach.what} could not be set back`, answer))
  }
  return failures.length === 0 ? ok(restored) : failed(...failures)
}

async function setBack(checkout: Repository, { what, after }: Breach, to: string | undefined): Promise<GitAnswer> {
  // git compares no symbolic refs.
  if (what === 'HEAD' && readFileSync(join(checkout.gitDir, 'HEAD'), 'utf8').trim() !== after) return { ok: false, code: 1, stderr: 'it moved again' }
  const isLink = after?.startsWith('ref: ') === true
  const said = ['-m', 'pawl: set back']
  if (to?.startsWith('ref: ') === true) return gitIn(checkout, ['symbolic-ref', ...said, what, to.slice('ref: '.length)])
  const old = isLink || after === undefined ? [] : [after]
  if (to === undefined) return gitIn(checkout, ['update-ref', '--no-deref', '-d', '--end-of-options', what, ...old])
  // Gone before: it must still be so.
  const expected = after === undefined ? ['0'.repeat(to.length)] : old
  return gitIn(checkout, ['update-ref', '--no-deref', ...said, '--end-of-options', what, to, ...expected])
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
}

function lineFor(kind: Breach['kind'], what: string, was: string | undefined, is: string | undefined): string {
  const name = `${nouns[kind]}${what}`
  if (was === undefined) return `${name} is new${kind === 'ref' ? `, at ${short(is)}` : ''}`
  if (is === undefined) return `${name} is gone${kind === 'ref' ? `; it was at ${short(was)}` : ''}`
  return kind === 'ref' ? `${name} was moved from ${short(was)} to ${short(is)}` : `${name} was changed`
}

const short = (id = ''): string => (/^[0-9a-f]{40,64}$/.test(id) ? id.slice(0, 10) : id)
