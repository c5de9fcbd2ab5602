/** Plays a page of the documentation: writes the files that it shows, calls its command lines, and holds what they print to what the page says. */
import { expect } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { environment, filtered, newRepo, pawlCommand } from './rig.ts'

const home = join(import.meta.dirname, '../..')

type Step = { readonly file: string; readonly text: string } | { readonly screen: string }

/** A file is a block under a line with its name alone; a screen is a block of the language console. */
export function stepsOf(page: string): readonly Step[] {
  const text = readFileSync(join(home, page), 'utf8')
  return [...text.matchAll(/(?:^`([^`\n]+)`\n\n)?^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, file, language, block = '']): Step[] => {
    if (file !== undefined) return [{ file, text: block }]
    return language === 'console' ? [{ screen: block }] : []
  })
}

/** In a repository in which the package is installed as it is in this checkout. */
export async function playPage(page: string): Promise<void> {
  await using repo = await newRepo({ '.gitignore': 'node_modules/\n', 'package.json': '{ "type": "module", "private": true }\n' })
  const base = join(repo.root, '..')
  mkdirSync(join(repo.root, 'node_modules'))
  symlinkSync(home, join(repo.root, 'node_modules/pawl'))
  const programs = join(base, 'programs')
  mkdirSync(programs)
  const words = pawlCommand([])
    .map((word) => `'${word}'`)
    .join(' ')
  writeFileSync(join(programs, 'pawl'), `#!/bin/sh\nexec ${words} "$@"\n`)
  chmodSync(join(programs, 'pawl'), 0o755)
  const path = [programs, join(home, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
  const env = {
    ...environment(base),
    PATH: path,
    GIT_CONFIG_GLOBAL: '/dev/null',
    EMAIL: 'page@example.invalid',
    GIT_AUTHOR_NAME: 'Page',
    GIT_COMMITTER_NAME: 'Page',
  }
  for (const step of stepsOf(page)) {
    if ('file' in step) {
      repo.write({ [step.file]: step.text })
      continue
    }
    for (const { command, shown } of callsIn(step.screen)) {
      const printed = call(command, repo.root, env)
      expect(`$ ${command}\n${matched(filtered(printed, base), filtered(shown, base))}`).toBe(`$ ${command}\n${filtered(shown, base)}`)
    }
  }
  expect(existsSync(join(repo.root, '.pawl'))).toBe(true)
}

function callsIn(screen: string): readonly { readonly command: string; readonly shown: string }[] {
  return screen
    .split(/^\$ /m)
    .slice(1)
    .map((part) => ({ command: part.split('\n', 1)[0] ?? '', shown: part.split('\n').slice(1).join('\n').trimEnd() }))
}

/** Both outputs in one, whatever the exit code. */
function call(command: string, cwd: string, env: Record<string, string>): string {
  return execFileSync('sh', ['-c', `{ ${command}; } 2>&1 || true`], { cwd, env, encoding: 'utf8' }).trimEnd()
}

/** What was printed, with "…" where the page leaves lines out; as it is where it differs. */
function matched(printed: string, shown: string): string {
  const parts = shown.split('\n').map((line) => (line === '…' ? '(?:.*\\n?)*?' : `${RegExp.escape(line)}\\n`))
  return new RegExp(`^${parts.join('')}$`).test(`${printed}\n`) ? shown : printed
}
