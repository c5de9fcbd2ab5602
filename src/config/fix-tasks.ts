/** Turns the fixes of a check into Tasks of their own. */
import type { Failure } from '../model/failure.ts'
import { taskId, type CommandAction, type FixLevel, type Task, type TaskId } from '../model/task.ts'
import { argvOf } from './command.ts'
import { firstPlace, type Keys } from './keys.ts'
import { limitOf } from './limits.ts'
import { reproduced, scriptCommand } from './script-command.ts'
import type { CheckConfig, FixConfig } from './check-shape.ts'
import { fixesOf, fixName, namedFix, unknownName } from './task-names.ts'
import { stageOf, listOf, type Translation } from './translation.ts'

const levels = { safe: 0, tracked: 1, lock: 2, system: 3, never: 4 } as const satisfies Record<NonNullable<FixConfig['level']>, FixLevel>

/** The fixes to try when the check fails, in order, and the tasks among them that belong to this check. */
export function fixTasksOf(name: string, check: CheckConfig, translation: Translation): { readonly ids: readonly TaskId[]; readonly tasks: readonly Task[] } {
  const ids: TaskId[] = []
  const tasks: Task[] = []
  for (const [i, { fix, keys }] of fixesOf(name, check).entries()) {
    const shared = namedFix(fix)
    if (shared !== undefined) {
      if (translation.names.fixes.has(shared)) ids.push(taskId(shared))
      else if (!translation.names.skippedFixes.has(shared)) translation.failures.push(unknownFix(name, shared, keys, translation))
      continue
    }
    const task = fixTask({ id: fixName(name, i), name, check, fix: typeof fix === 'string' ? { command: fix } : fix, keys }, translation)
    if (task === undefined) continue
    ids.push(task.id)
    tasks.push(task)
  }
  return { ids: [...new Set(ids)], tasks }
}

function unknownFix(name: string, shared: string, keys: Keys, { names, placeOf }: Translation): Failure {
  return unknownName(`'${name}' is fixed by '${shared}'`, shared, [...names.fixes], firstPlace(placeOf, keys, ['checks', name]))
}

type FixSource = { readonly id: string; readonly name: string; readonly check: CheckConfig; readonly fix: FixConfig; readonly keys: Keys }

function fixTask({ id, name, check, fix, keys }: FixSource, translation: Translation): Task | undefined {
  const { settings, failures } = translation
  const deed = fixDeed(fix, keys, name, check, translation)
  const timeoutMs = limitOf(fix.timeout, [...keys, 'timeout'], translation.placeOf, failures) ?? 600_000
  if (deed === undefined) return undefined
  const action: CommandAction = {
    kind: 'command',
    ...deed,
    whole: fix.whole ?? check.whole ?? ['.'],
    cwd: fix.cwd ?? check.cwd ?? '.',
    env: { ...check.env, ...fix.env },
    exits: { pass: fix.exits?.pass ?? [0], findings: fix.exits?.findings ?? 'other' },
    parser: 'none',
    failsOnOutput: false,
    ...(fix.install === undefined ? {} : { install: fix.install }),
  }
  return {
    id: taskId(id),
    role: 'fix',
    stage: stageOf(check),
    action,
    needs: [],
    after: [],
    // A fix is never reused, so it has no inputs; but it gets the variables of its check, and the files that its check judges.
    inputs: { env: check.passEnv ?? [], tools: [], extra: [] },
    concerns: listOf(check.files) ?? (check.inputs === undefined || check.inputs === 'unknown' ? ['**/*'] : check.inputs),
    outputs: [],
    fixes: [],
    level: levels[fix.level ?? 'tracked'],
    derived: fix.writes ?? [],
    timeoutMs: settings.timeoutMs ?? timeoutMs,
    retry: { times: 0, delayMs: 1000, on: ['errored', 'timed-out'] },
    severity: check.severity ?? 'required',
    pool: 'cpu',
    weight: 1,
    mutexes: listOf(check.mutex) ?? [],
    priority: 0,
    fast: check.fast ?? false,
    reason: `mends ${name}`,
    ...reproduced(action),
    ...(check.package === undefined ? {} : { package: check.package }),
  }
}

function fixDeed(fix: FixConfig, keys: Keys, name: string, check: CheckConfig, translation: Translation): Pick<CommandAction, 'argv' | 'script'> | undefined {
  const { platform, placeOf, failures } = translation
  if (fix.script !== undefined && fix.command === undefined)
    return scriptCommand({ task: name, script: fix.script, cwd: fix.cwd ?? check.cwd ?? '.', keys: [...keys, 'script'] }, translation)
  const place = firstPlace(placeOf, keys, keys.slice(0, 3), ['checks', name])
  if (fix.command === undefined) {
    failures.push({ type: 'config.invalid', what: `a fix of '${name}' has no 'command'`, hint: 'Say what to do with "command: …".', ...place })
    return undefined
  }
  // fix: [eslint, --fix, .] looks like one command and would be three.
  if (typeof fix.command === 'string' && typeof keys.at(-1) === 'number' && /^(-|\.$|\{files\}$)/.test(fix.command.trim())) {
    failures.push({
      type: 'config.invalid',
      what: `'${fix.command.trim()}' is no fix but an argument`,
      why: "a list under 'fix' is a list of fixes to be tried in order",
      hint: 'Write one fix as a text, or as "command: [program, argument]".',
      ...place,
    })
    return undefined
  }
  const argv = argvOf(fix.command, platform, placeOf([...keys, 'command']) === undefined ? keys : [...keys, 'command'], placeOf)
  if (argv.ok) return { argv: argv.value }
  failures.push(...argv.failures)
  return undefined
}
