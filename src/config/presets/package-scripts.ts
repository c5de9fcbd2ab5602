/** Chooses which scripts of the packages of a workspace are tasks, and tells of those that are not, by script and not by package. */
import type { PackageWorld } from './package-world.ts'
import { candidateScripts, lookingTwin, mayWrite } from './script-choice.ts'
import { isAggregate, isOutward, isPlaceholder } from './script-expansion.ts'
import type { WorkspacePackage } from './workspace.ts'

/** `wanted`: further names that somebody asked for. */
export function packageScripts(
  { workspace, outputs }: PackageWorld,
  wanted: readonly string[],
  remark: (text: string, file: string) => void,
): ReadonlyMap<WorkspacePackage, readonly string[]> {
  const refused = new Map<string, { readonly script: string; readonly why: string; readonly folders: string[] }>()
  const refuse = (one: WorkspacePackage, script: string, why: string): void => {
    const entry = refused.get(`${script}\0${why}`) ?? { script, why, folders: [] }
    entry.folders.push(one.folder)
    refused.set(`${script}\0${why}`, entry)
  }
  // Packages often have the same scripts: what is chosen of them is found out once.
  const known = new Map<string, Choice>()
  const chosen = new Map<WorkspacePackage, readonly string[]>()
  for (const one of workspace.packages) {
    const key = JSON.stringify([one.scripts, outputs.kept(one)])
    const choice = known.get(key) ?? choiceOf(one, outputs.kept(one), wanted)
    known.set(key, choice)
    chosen.set(one, choice.scripts)
    for (const [script, why] of choice.refused) refuse(one, script, why)
  }
  for (const { script, why, folders } of refused.values()) {
    const more = folders.length > 3 ? ` and ${folders.length - 3} more` : ''
    remark(`the script ${script} of ${folders.slice(0, 3).join(', ')}${more} is not planned: ${why}`, `${folders[0] ?? '.'}/package.json`)
  }
  return chosen
}

type Choice = { readonly scripts: readonly string[]; readonly refused: readonly (readonly [script: string, why: string])[] }

function choiceOf({ scripts }: WorkspacePackage, kept: string | undefined, wanted: readonly string[]): Choice {
  const refused: [string, string][] = []
  const asked = wanted.filter((script) => Object.hasOwn(scripts, script) && !isPlaceholder(scripts[script] ?? ''))
  const fit = [...new Set([...candidateScripts(scripts), ...asked])].filter((script) => {
    const why = whyNot(script, scripts, kept)
    if (why !== undefined && why !== '') refused.push([script, why])
    return why === undefined
  })
  const called = new Set(fit.filter((script) => !isAggregate(script)).flatMap((script) => calledBy(script, scripts[script] ?? '', fit)))
  const own = fit.filter((script) => !called.has(script))
  const single = own.filter((script) => !isAggregate(script) || asked.includes(script))
  // "check" and the like run again what stands beside them.
  return { scripts: single.some((script) => script !== 'build') ? single : own, refused }
}

/** Empty: for a reason that needs no telling, because a twin is planned instead or the name says that it writes. */
function whyNot(script: string, scripts: Readonly<Record<string, string>>, kept: string | undefined): string | undefined {
  const texts = [script, `pre${script}`, `post${script}`].map((name) => scripts[name] ?? '')
  if (script === 'build' && kept !== undefined) return `it may change ${kept}/, which git does not ignore`
  if (mayWrite(script) || lookingTwin(script, scripts) !== undefined) return ''
  if (texts.some((text) => /(^|\s)--(fix|write)\b/.test(text))) return 'it changes files'
  if (texts.some(isOutward)) return 'it watches, serves, installs or publishes'
  return undefined
}

/** The tasks beside it that a script runs itself; what it builds is built as a task of its own all the same. */
function calledBy(script: string, text: string, fit: readonly string[]): readonly string[] {
  const names = new Set([...text.matchAll(/\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:-s\s+|--silent\s+)?([\w:.-]+)/g)].map((match) => match[1] ?? ''))
  const patterns = /\b(run-s|run-p|npm-run-all2?|concurrently)\b/.test(text)
  return fit.filter(
    (other) => other !== script && other !== 'build' && (names.has(other) || (patterns && (text.includes(` ${other}`) || other.startsWith(`${script}:`)))),
  )
}
