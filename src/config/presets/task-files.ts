/** Recognises tasks named lint, test and the like in Makefile, justfile, Taskfile.yml and mise.toml, where nothing more exact was detected. */
import type { Files } from '../../model/files.ts'
import type { Preset } from '../preset.ts'
import { ages } from './ages.ts'
import { newGathering, type Gathering } from './gathering.ts'
import { linesOf, makeTargets } from './makefile.ts'
import { at, isTable, readToml, readYaml } from './manifests.ts'
import { isCovered, purposeOf, writes } from './purposes.ts'

export const taskFiles: Preset = {
  name: 'task-files',
  async detect(files, before) {
    const gathering = newGathering(before)
    const planned = Object.keys(before.checks)
    for (const source of [makefile, justfile, taskfile, mise]) {
      for (const task of await source(files, gathering)) planTask(task, planned, gathering)
    }
    await planTools(files, gathering)
    return gathering.detected()
  },
}

type FileTask = {
  readonly runner: string
  readonly argv: readonly string[]
  readonly name: string
  readonly file: string
  readonly recipe: string
  readonly install: string
  /** Why it cannot be believed. */ readonly trap?: string
}

function planTask(task: FileTask, planned: readonly string[], gathering: Gathering): void {
  const purpose = purposeOf(task.name)
  if (purpose === undefined || isCovered(purpose, planned)) return
  const shown = `${task.runner} ${task.name}`
  if (task.trap !== undefined) return gathering.remark(`${shown} is not planned: ${task.trap}`, task.file)
  if (task.recipe.split('\n').some(writes)) return gathering.remark(`${shown} is not planned: it writes files`, task.file)
  if (gathering.names().some((name) => !planned.includes(name) && isCovered(purpose, [name]))) return
  gathering.found(shown, task.file)
  gathering.check(`${task.runner}-${task.name.replaceAll(/[:_]/g, '-')}`, {
    command: [...task.argv],
    inputs: ['**/*'],
    ttl: ages.opaque,
    timeout: '1h',
    parser: 'gnu',
    install: task.install,
    reason: `${task.file}: ${task.name}`,
    ...(purpose === 'lint' || purpose === 'format' ? { fast: true } : {}),
  })
}

async function makefile(files: Files): Promise<readonly FileTask[]> {
  const targets = await makeTargets(files)
  return targets.map(({ name, file, trap }) => ({
    runner: 'make',
    argv: ['make', name],
    name,
    file,
    recipe: linesOf(targets, name).join('\n'),
    install: 'install make',
    ...(trap === undefined ? {} : { trap }),
  }))
}

async function justfile(files: Files): Promise<readonly FileTask[]> {
  const file = (await files.glob(['justfile', 'Justfile', '.justfile']))[0]
  if (file === undefined) return []
  const text = (await files.read(file)) ?? ''
  // Only recipes without parameters that have no default.
  return [...text.matchAll(/^@?([A-Za-z][\w-]*)((?:\s+(?:\*\w+|[*+]?\w+\s*=\s*[^\s:]+))*)\s*:(?!=)[^\n]*((?:\n[ \t]+[^\n]*|\n(?=\n*[ \t]))*)/gm)].map(
    (match) => ({ runner: 'just', argv: ['just', match[1] ?? ''], name: match[1] ?? '', file, recipe: match[3] ?? '', install: 'https://just.systems' }),
  )
}

async function taskfile(files: Files, gathering: Gathering): Promise<readonly FileTask[]> {
  const file = (await files.glob(['Taskfile.yml', 'taskfile.yml', 'Taskfile.yaml', 'Taskfile.dist.yml']))[0]
  if (file === undefined) return []
  const tasks = at(await readYaml(files, file, gathering), 'tasks')
  return Object.entries(isTable(tasks) ? tasks : {})
    .filter(([, task]) => at(task, 'internal') !== true)
    .map(([name, task]) => ({
      runner: 'task',
      argv: ['task', name],
      name,
      file,
      recipe: JSON.stringify(task ?? '').replaceAll('"', ' '),
      install: 'https://taskfile.dev/installation/',
    }))
}

async function mise(files: Files, gathering: Gathering): Promise<readonly FileTask[]> {
  const file = (await files.glob(['mise.toml', '.mise.toml']))[0]
  if (file === undefined) return []
  const tasks = at(await readToml(files, file, gathering), 'tasks')
  return Object.entries(isTable(tasks) ? tasks : {}).map(([name, task]) => ({
    runner: 'mise',
    argv: ['mise', 'run', name],
    name,
    file,
    recipe: JSON.stringify(task).replaceAll('"', ' '),
    install: 'https://mise.jdx.dev/installing-mise.html',
  }))
}

/** Advisory: the versions that matter are judged by the checks of each language, with or without mise. */
async function planTools(files: Files, gathering: Gathering): Promise<void> {
  const file = (await files.glob(['mise.toml', '.mise.toml', '.tool-versions']))[0]
  if (file === undefined) return
  if (file !== '.tool-versions' && at(await readToml(files, file, gathering), 'tools') === undefined) return
  gathering.found('mise', file)
  gathering.check('tools:installed', {
    command: ['mise', 'install', '--dry-run-code'],
    stage: 'environment',
    severity: 'advisory',
    ttl: ages.runtime,
    inputs: ['mise.toml', '.mise.toml', 'mise.lock', '.tool-versions'],
    parser: 'none',
    exits: { pass: [0], findings: [1] },
    fix: { command: ['mise', 'install'], level: 'system', timeout: '30m' },
    install: 'https://mise.jdx.dev/installing-mise.html',
    reason: `tools of ${file} are installed`,
  })
}
