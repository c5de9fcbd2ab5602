/** Imports what lint-staged runs over staged files, when the configuration is plain data. */
import type { Files } from '../../model/files.ts'
import type { Preset } from '../preset.ts'
import { newGathering, type Gathering } from '../presets/gathering.ts'
import { at, isTable, lineOf, readJson, readYaml, texts } from '../presets/manifests.ts'
import { importCommand, slug } from './hook-command.ts'

export const lintStaged: Preset = {
  name: 'lint-staged',
  async detect(files, before) {
    const gathering = newGathering(before)
    const source = await configOf(files, gathering)
    if (source === undefined) return gathering.detected()
    const { file, config } = source
    gathering.found('lint-staged', file)
    if (!isTable(config)) {
      gathering.remark(`${file} is a program, so what it runs is not imported`, file)
      return gathering.detected()
    }
    const text = await files.read(file)
    for (const [glob, commands] of Object.entries(config)) {
      for (const command of texts(commands)) {
        const line = lineOf(text, command)
        await importCommand(
          {
            id: `lint-staged:${slug(command)}`,
            source: `${file}${line === undefined ? '' : `:${line}`}`,
            file,
            text: command,
            passesFiles: true,
            globs: [glob.includes('/') ? glob : `**/${glob}`],
          },
          files,
          gathering,
        )
      }
    }
    return gathering.detected()
  },
}

async function configOf(files: Files, gathering: Gathering): Promise<{ readonly file: string; readonly config: unknown } | undefined> {
  const own = at(await readJson(files, 'package.json', gathering), 'lint-staged')
  if (own !== undefined) return { file: 'package.json', config: own }
  const file = (await files.glob(['.lintstagedrc', '.lintstagedrc.*', 'lint-staged.config.*']))[0]
  if (file === undefined) return undefined
  if (/\.[cm]?[jt]s$/.test(file)) return { file, config: undefined }
  // JSON is YAML, and .lintstagedrc without an extension may be either.
  return { file, config: file.endsWith('.json') ? await readJson(files, file, gathering) : await readYaml(files, file, gathering) }
}
