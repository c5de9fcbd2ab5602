import { expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { commands } from './commands.ts'
import { completionScript } from './commands/completion.ts'

const hasBash = spawnSync('bash', ['--version']).status === 0
if (!hasBash) console.log('completion: left out, bash is not installed')

/** What bash would offer for the last of the words, as bash cuts them. */
function offered(source: string, ...words: string[]): string[] {
  const program = `${source}\nCOMP_WORDS=(pawl "$@"); COMP_CWORD=$#; _pawl; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', program, 'bash', ...words], { encoding: 'utf8' })
  return [...stderr.split('\n'), ...stdout.split('\n')].filter((line) => line !== '')
}

const bash = test.if(hasBash)

bash('bash offers commands, flags of the command that stands there, and what words it takes', () => {
  const source = completionScript('bash')
  expect(offered(source, 'st')).toEqual(['status', 'stats'])
  expect(offered(source, '--quiet', 'sta')).toEqual(['status', 'stats'])
  expect(offered(source, '-C', 'status', 'hist')).toEqual(['history'])
  expect(offered(source, '--skip')).toEqual(['--skip-tests', '--skip'])
  expect(offered(source, 'history', '--l')).toEqual(['--limit'])
  expect(offered(source, 'status', '--fa')).toEqual([])
  expect(offered(source, 'status', 'st')).toEqual([])
  expect(offered(source, 'cache', 'cl')).toEqual(['clear'])
  expect(offered(source, 'help', 'wh')).toEqual(['why'])
  expect(offered(source, '--only', '=', 'status', 'hist')).toEqual(['history'])
  expect(offered(source, 'completion', '')).toContain('fish')
})

bash('bash offers the choices of a flag, after a space and after an equals sign, and leaves file names to itself', () => {
  const source = completionScript('bash')
  expect(offered(source, '--format', 's')).toEqual(['sarif'])
  expect(offered(source, '--format', '=', 's')).toEqual(['sarif'])
  expect(offered(source, '--format', '=')).toEqual(['text', 'json', 'sarif', 'junit', 'github'])
  expect(offered(source, 'plan', '--format', 'm')).toEqual(['mermaid'])
  expect(offered(source, '--fix', '=', 'l')).toEqual(['lock'])
  expect(offered(source, '--fix', 'l')).toEqual(['logs'])
  expect(offered(source, '--color', 'n')).toEqual(['never'])
  expect(offered(source, '--only', '')).toEqual([])
  expect(offered(source, '-o', '')).toEqual([])
  expect(offered(source, '--', '')).toEqual([])
})

test('each script names every command and every flag', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const source = completionScript(shell)
    for (const command of commands) {
      expect(source).toContain(command.name)
      for (const flag of command.flags) expect(source).toContain(shell === 'fish' ? `-l ${flag.name}` : `--${flag.name}`)
    }
  }
})
