/** Turns the checks of a configuration into Tasks, one more for each fix, or tells everything that prevents it. */
import { failed, ok, placeText, type Failure, type Place, type Result } from '../model/failure.ts'
import type { Skip } from '../model/plan.ts'
import { nearest } from '../model/suggestion.ts'
import { stagePlace } from '../model/stage.ts'
import { taskId, type Action, type CommandAction, type Inputs, type Retry, type Task, type TaskId } from '../model/task.ts'
import { argvOf, type Platform } from './command.ts'
import { fixTasksOf } from './fix-tasks.ts'
import { placed } from './keys.ts'
import { matcherOf } from './matcher.ts'
import { perFileOf } from './per-file.ts'
import { nothingPlugged, type Plugged } from './plugged.ts'
import { pluggedAction, pluggedInputs, pluggedParser } from './plugged-parts.ts'
import { limitOf } from './limits.ts'
import type { Settings } from './settings.ts'
import { reproduced, scriptCommand } from './script-command.ts'
import { noScripts, type ScriptSource } from './script-source.ts'
import type { CheckConfig } from './check-shape.ts'
import { keepsAfter } from './strategies.ts'
import { named, namesOf, wrongNames, type Checks, type Names } from './task-names.ts'
import { listOf, stageOf, type Translation } from './translation.ts'

export function tasksOf(
  checks: Checks,
  settings: Settings,
  placeOf: (keys: readonly (string | number)[]) => Place | undefined,
  platform: Platform,
  scripts: ScriptSource = noScripts,
  plugged: Plugged = nothingPlugged,
): Result<{ readonly tasks: readonly Task[]; readonly skips: readonly Skip[] }> {
  const skips = Object.entries(checks).flatMap(([name, check]) => platformSkip(name, check, platform))
  const skipped = new Set<string>(skips.map((skip) => skip.task))
  const names = namesOf(checks, skipped)
  const failures: Failure[] = [...wrongNames(Object.keys(checks), names, placeOf)]
  const translation: Translation = { checks, settings, placeOf, platform, scripts, plugged, names, preparing: preparing(checks, names, settings), failures }
  const tasks = [...names.checks].flatMap((name) => {
    const check = checks[name]
    return check === undefined ? [] : tasksOfCheck(name, check, translation)
  })
  return failures.length > 0 ? failed(...failures) : ok({ tasks, skips })
}

function platformSkip(name: string, check: CheckConfig, platform: Platform): readonly Skip[] {
  const { platforms } = check
  // WSL is a Linux, too.
  if (platforms === undefined || platforms.includes(platform) || (platform === 'wsl' && platforms.includes('linux'))) return []
  const only = platforms.length === 0 ? 'on no platform' : `only on ${platforms.join(' or ')}`
  return [{ task: taskId(name), stage: stageOf(check), reason: `${only}; this is ${platform}` }]
}

function tasksOfCheck(name: string, check: CheckConfig, translation: Translation): readonly Task[] {
  const { settings, placeOf, failures, names } = translation
  const action = actionOf(name, check, translation)
  const needs = check.needs === undefined ? { ids: defaultNeeds(check, translation), failures: [] } : named(name, 'needs', check.needs, names, placeOf)
  const after = named(name, 'after', check.after ?? [], names, placeOf)
  failures.push(...needs.failures, ...after.failures)
  const fixes = fixTasksOf(name, check, translation)
  const ttlMs = ttlOf(name, check, translation)
  const perFile = perFileOf(name, check, translation)
  if (action === undefined) return []
  const { inputs, judged } = inputsOf(name, check, action, translation)
  const concerns = listOf(check.files) ?? judged
  const task: Task = {
    id: taskId(name),
    role: 'check',
    stage: stageOf(check),
    action,
    needs: needs.ids,
    after: keepsAfter(settings.strategy) ? after.ids : [],
    inputs,
    ...(perFile === undefined ? {} : { perFile }),
    outputs: check.outputs ?? [],
    fixes: fixes.ids,
    level: 0,
    derived: [],
    timeoutMs: settings.timeoutMs ?? limitOf(check.timeout, ['checks', name, 'timeout'], placeOf, failures) ?? 600_000,
    ...(ttlMs === undefined ? {} : { ttlMs }),
    retry: retryOf(name, check, translation),
    severity: check.severity ?? 'required',
    ...(check.security === undefined ? {} : { security: check.security }),
    pool: check.pool ?? 'cpu',
    weight: check.weight ?? 1,
    mutexes: listOf(check.mutex) ?? [],
    priority: check.priority ?? 0,
    fast: check.fast ?? false,
    reason: check.reason ?? reasonOf(placeOf(['checks', name])),
    ...(concerns === undefined ? {} : { concerns }),
    ...(check.package === undefined ? {} : { package: check.package }),
    ...reproduced(action),
  }
  return [task, ...fixes.tasks]
}

/** "pawl.yaml:12": a check that nobody explains is there because the file says so. */
function reasonOf(place: Place | undefined): string {
  if (place === undefined) return 'detected'
  return placeText(place.line === undefined ? { file: place.file } : { file: place.file, line: place.line })
}

function actionOf(name: string, check: CheckConfig, translation: Translation): Action | undefined {
  const { placeOf, failures } = translation
  const wrong = (what: string, hint: string): undefined => {
    failures.push({ type: 'config.invalid', what, hint, ...placed(placeOf(['checks', name])) })
  }
  const [one, other] = (['command', 'script', 'builtin', 'adapter'] as const).filter((key) => check[key] !== undefined)
  if (one !== undefined && other !== undefined) return wrong(`'${name}' has both '${one}' and '${other}'`, 'Keep one of them.')
  if (check.builtin !== undefined) return { kind: 'builtin', name: check.builtin, with: check.with ?? {} }
  if (check.adapter !== undefined) return pluggedAction(name, check.adapter, check, translation)
  if (check.command === undefined && check.script === undefined) return wrong(...noDeed(name, translation.checks))
  if (check.with !== undefined) return wrong(`'${name}' has 'with', which only a 'builtin' or an 'adapter' takes`, 'Write the arguments into the command.')
  const deed = deedOf(name, check, translation)
  if (deed === undefined) return undefined
  const matcher = matcherOf(name, check, translation)
  const parser = pluggedParser(name, check, translation)
  const silenceMs = limitOf(check.silence, ['checks', name, 'silence'], placeOf, failures)
  return {
    kind: 'command',
    ...deed,
    whole: check.whole ?? ['.'],
    cwd: check.cwd ?? '.',
    env: check.env ?? {},
    exits: { pass: check.exits?.pass ?? [0], findings: check.exits?.findings ?? 'other' },
    parser: check.parser ?? 'gnu',
    ...(typeof parser?.code === 'string' ? { code: parser.code } : {}),
    failsOnOutput: check.failsOnOutput ?? false,
    ...(matcher === undefined ? {} : { matcher }),
    ...(silenceMs === undefined ? {} : { silenceMs }),
    ...(check.install === undefined ? {} : { install: check.install }),
  }
}

/** What is wrong with a check that does nothing, and what may have been meant. */
function noDeed(name: string, checks: Checks): [what: string, hint: string] {
  const meant = nearest(
    name,
    Object.entries(checks)
      .filter(([, other]) => other.command !== undefined || other.builtin !== undefined || other.script !== undefined || other.adapter !== undefined)
      .map(([other]) => other),
  )
  return [
    `'${name}' has neither 'command' nor 'builtin'`,
    meant === undefined ? 'Say what to do with "command: …".' : `Did you mean to change '${meant}'? Otherwise say what to do with "command: …".`,
  ]
}

function deedOf(name: string, check: CheckConfig, translation: Translation): Pick<CommandAction, 'argv' | 'script'> | undefined {
  const { placeOf, platform, failures } = translation
  if (check.script !== undefined)
    return scriptCommand({ task: name, script: check.script, cwd: check.cwd ?? '.', keys: ['checks', name, 'script'] }, translation)
  const argv = argvOf(check.command ?? '', platform, ['checks', name, 'command'], placeOf)
  if (argv.ok) return { argv: argv.value }
  failures.push(...argv.failures)
  return undefined
}

function preparing(checks: Checks, names: Names, settings: Settings): Translation['preparing'] {
  return Object.entries(checks)
    .filter(([name, check]) => names.checks.has(name) && ['environment', 'dependencies'].includes(stageOf(check)))
    .map(([name, check]) => ({ id: taskId(name), stage: stagePlace(stageOf(check), settings.stageOrder) }))
}

/** Checks judge a prepared repository: everything of the stages environment and dependencies that comes before the check's own stage. */
function defaultNeeds(check: CheckConfig, { settings, preparing: earlier }: Translation): readonly TaskId[] {
  const own = stagePlace(stageOf(check), settings.stageOrder)
  return earlier.filter((other) => other.stage < own).map((other) => other.id)
}

/** "unknown" leaves the globs away: such a result is never reused. `judged`: what the code of a plugin says that it judges. */
function inputsOf(
  name: string,
  check: CheckConfig,
  action: Action,
  translation: Translation,
): { readonly inputs: Inputs; readonly judged?: readonly string[] } {
  const rest = { env: check.passEnv ?? [], tools: check.tools ?? [], extra: check.extra ?? [] }
  if (check.adapter !== undefined) return pluggedInputs(name, check, rest, action, translation)
  if (check.inputs === 'unknown' || pluggedParser(name, check, translation)?.code === null) return { inputs: rest }
  return { inputs: { files: check.inputs ?? ['**/*'], ...rest } }
}

function ttlOf(name: string, check: CheckConfig, { settings, placeOf, failures }: Translation): number | undefined {
  const { ttl } = check
  if (typeof ttl === 'string' && Object.hasOwn(settings.ttl, ttl)) return settings.ttl[ttl as keyof Settings['ttl']]
  return limitOf(ttl, ['checks', name, 'ttl'], placeOf, failures)
}

const breakdowns = ['errored', 'timed-out'] as const

function retryOf(name: string, check: CheckConfig, { placeOf, failures }: Translation): Retry {
  const { retries } = check
  if (retries === undefined) return { times: 0, delayMs: 1000, on: breakdowns }
  if (typeof retries === 'number') return { times: retries, delayMs: 1000, on: ['failed', ...breakdowns] }
  const delayMs = limitOf(retries.delay, ['checks', name, 'retries', 'delay'], placeOf, failures) ?? 1000
  return { times: retries.times, delayMs, on: retries.on ?? breakdowns }
}
