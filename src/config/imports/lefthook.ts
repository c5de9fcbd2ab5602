/** Imports the commands and jobs that lefthook runs before a commit or a push. */
import type { Files } from '../../model/files.ts'
import type { Preset } from '../preset.ts'
import { newGathering, type Gathering } from '../presets/gathering.ts'
import { at, isTable, lineOf, readJson, readToml, readYaml, tables, textOr, texts } from '../presets/manifests.ts'
import { importCommand, slug, wordsOf } from './hook-command.ts'

export const lefthook: Preset = {
  name: 'lefthook',
  async detect(files, before) {
    const gathering = newGathering(before)
    const file = (await files.glob(['lefthook.*', '.lefthook.*', '.config/lefthook.*'])).find((path) => /\/?\.?lefthook\.(ya?ml|toml|json)$/.test(path))
    if (file === undefined) return gathering.detected()
    gathering.found('lefthook', file)
    const config = file.endsWith('.toml')
      ? await readToml(files, file, gathering)
      : file.endsWith('.json')
        ? await readJson(files, file, gathering)
        : await readYaml(files, file, gathering)
    const text = await files.read(file)
    for (const hook of ['pre-commit', 'pre-push']) {
      for (const job of jobsOf(at(config, hook))) await importJob(job, hook, file, text, files, gathering)
      if (isTable(at(config, hook, 'scripts'))) gathering.remark(`the scripts of ${hook} are not imported`, file)
    }
    if (at(config, 'extends') !== undefined || at(config, 'remotes') !== undefined)
      gathering.remark('what lefthook takes from other files (extends, remotes) is not imported', file)
    return gathering.detected()
  },
}

type Job = { readonly name: string; readonly table: Readonly<Record<string, unknown>> }

/** `commands` is a table by name, `jobs` a list whose groups hold further jobs and hand down what they do not say. */
function jobsOf(hook: unknown): readonly Job[] {
  const commands = at(hook, 'commands')
  const named = Object.entries(isTable(commands) ? commands : {}).flatMap(([name, table]) => (isTable(table) ? [{ name, table }] : []))
  return [...named, ...flattened(tables(at(hook, 'jobs')), {})]
}

function flattened(jobs: readonly Readonly<Record<string, unknown>>[], above: Readonly<Record<string, unknown>>): readonly Job[] {
  return jobs.flatMap((job, index) => {
    const { group, ...own } = job
    const table = { ...above, ...own }
    if (isTable(group)) return flattened(tables(group['jobs']), table)
    const run = textOr(job['run'], '')
    return [{ name: textOr(job['name'], run.split(/\s+/).slice(0, 2).join('-') || `job-${index + 1}`), table }]
  })
}

async function importJob(job: Job, hook: string, file: string, text: string | undefined, files: Files, gathering: Gathering): Promise<void> {
  const run = job.table['run']
  if (typeof run !== 'string') return gathering.remark(`${hook} '${job.name}' has no command`, file)
  if (job.table['skip'] === true) return gathering.remark(`${hook} '${job.name}' is switched off in lefthook`, file)
  const line = lineOf(text, run.split('\n')[0]?.trim() ?? run)
  const source = `${file}${line === undefined ? '' : `:${line}`}`
  const rest = run.replaceAll(/['"]?\{(staged_files|all_files|push_files|files)\}['"]?/g, '').trim()
  if (/\{[a-z_0-9]+\}/.test(rest)) return gathering.remark(`${source}: '${run}' uses what only lefthook knows, so it is not imported`, file)
  const passesFiles = rest !== run.trim()
  const argv = wordsOf(rest)
  // The files stand behind everything else in what pawl runs; a command that wants them elsewhere is left to lefthook.
  if (passesFiles && argv !== undefined && !/\}['"]?\s*$/.test(run.trim()))
    return gathering.remark(`${source}: '${run}' has file names in its middle, so it is not imported`, file)
  const globs = texts(job.table['glob']).map(anyDepth)
  const excluded = Array.isArray(job.table['exclude']) ? texts(job.table['exclude']).map((glob) => `!${anyDepth(glob)}`) : []
  const except = typeof job.table['exclude'] === 'string' ? job.table['exclude'] : undefined
  const root = job.table['root']
  const env = job.table['env']
  await importCommand(
    {
      id: `lefthook:${slug(job.name)}`,
      source,
      file,
      text: passesFiles ? rest : run,
      passesFiles,
      fixes: job.table['stage_fixed'] === true,
      ...(passesFiles && argv !== undefined ? { argv } : {}),
      ...(globs.length + excluded.length > 0 ? { globs: [...(globs.length > 0 ? globs : ['**/*']), ...excluded] } : {}),
      ...(except === undefined ? {} : { except }),
      ...(typeof root === 'string' ? { cwd: root } : {}),
      ...(isTable(env) ? { env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, String(value)])) } : {}),
    },
    files,
    gathering,
  )
}

/** "*.js" means any folder in lefthook. */
const anyDepth = (glob: string): string => (glob.includes('/') ? glob : `**/${glob}`)
