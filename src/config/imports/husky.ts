/** Imports the lines of husky's and simple-git-hooks' scripts that run before a commit or a push. */
import type { Files } from '../../model/files.ts'
import type { Preset } from '../preset.ts'
import { newGathering, type Gathering } from '../presets/gathering.ts'
import { at, lineOf, readJson } from '../presets/manifests.ts'
import { importCommand, slug } from './hook-command.ts'

const hooks = ['pre-commit', 'pre-push'] as const

export const husky: Preset = {
  name: 'husky',
  async detect(files, before) {
    const gathering = newGathering(before)
    for (const hook of hooks) {
      const text = await files.read(`.husky/${hook}`)
      if (text !== undefined) await importScript('husky', text, hook, `.husky/${hook}`, files, gathering)
    }
    return gathering.detected()
  },
}

export const simpleGitHooks: Preset = {
  name: 'simple-git-hooks',
  async detect(files, before) {
    const gathering = newGathering(before)
    for (const [file, ...keys] of [['package.json', 'simple-git-hooks'], ['.simple-git-hooks.json'], ['simple-git-hooks.json']] as const) {
      const config = at(await readJson(files, file, gathering), ...keys)
      for (const hook of hooks) {
        const text = at(config, hook)
        if (typeof text === 'string') await importScript('simple-git-hooks', text, hook, file, files, gathering)
      }
    }
    return gathering.detected()
  },
}

async function importScript(tool: string, text: string, hook: string, file: string, files: Files, gathering: Gathering): Promise<void> {
  gathering.found(tool, file)
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !preamble.test(line))
  if (lines.some((line) => control.test(line) || line.endsWith('\\')))
    return gathering.remark(`${file} is a program, not a list of commands, so it is not imported`, file)
  const whole = await files.read(file)
  for (const line of lines.flatMap((row) => row.split('&&')).map((row) => row.trim())) {
    if (/\$\{?[1-9@*]/.test(line)) {
      gathering.remark(`${file}: '${line}' uses what only git hands to a hook, so it is not imported`, file)
      continue
    }
    const at = lineOf(whole, line)
    await importCommand(
      { id: `${tool}:${slug(line) || hook}`, source: `${file}${at === undefined ? '' : `:${at}`}`, file, text: line, passesFiles: false },
      files,
      gathering,
    )
  }
}

/** Shebang, comments, husky's own first lines, settings of the shell and environment. */
const preamble = /^(#|\.\s|source\s|set\s+[-+]|export\s|cd\s+("?\$|\.\s*$)|echo\b|printf\b|exit\s+0|nvm\s|:$)/
const control = /(^|&&\s*)cd\s|^(if|then|else|elif|fi|for|while|until|do|done|case|esac|function)\b|[{}]\s*$|\(\)\s*\{|<<|\$\(/
