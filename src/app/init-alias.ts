/** Plans a short name for pawl in the shell profile of the user. */
import { findProgram } from '../host/program-search.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { commandLine, quotedWord } from '../model/shell-words.ts'
import type { FileChange } from './file-change.ts'
import {
  hasBlock,
  markedProfiles,
  noProfile,
  profileOf,
  readProfile,
  withBlock,
  withoutBlock,
  type Environment,
  type Marks,
  type ShellName,
} from './shell-profile.ts'

export const usualAlias = 'pw'

const marks: Marks = {
  opening: '# >>> pawl alias: written by pawl init --alias; pawl init --alias --remove takes it out again >>>',
  closing: '# <<< pawl alias <<<',
}

type Machine = { readonly env: Environment; readonly cwd: string; /** The words that start this very pawl. */ readonly program: readonly string[] }

export function planAlias({ env, cwd, program }: Machine, name: string): Result<readonly FileChange[]> {
  const profile = profileOf(env)
  if (profile === undefined) return failed(noProfile(env))
  const path = withoutPackages(env['PATH'])
  const refusal = refusalOf(name, findProgram(name, path, cwd))
  if (refusal !== undefined) return failed(refusal)
  const before = readProfile(profile.path)
  const foreign = definition(withoutBlock(before, marks), name)
  if (foreign !== undefined)
    return failed({
      type: 'init.foreign',
      what: `${name} is defined there already`,
      kept: 'the profile was not changed',
      hint: `Take another name: pawl init --alias=${usualAlias === name ? 'pl' : usualAlias}`,
      place: { file: profile.path, line: foreign },
    })
  // By its name where that is known in every shell: so the alias survives another installation.
  const line = aliasLine(profile.shell, name, commandLine(findProgram('pawl', path, cwd) === undefined ? program : ['pawl']))
  const text = withBlock(before, marks, [line])
  const does = text === before ? 'keep' : hasBlock(before, marks) ? 'renew' : 'add'
  return ok([{ path: profile.path, file: profile.path, does, text, written: [marks.opening, line, marks.closing].join('\n') }])
}

/** From every profile, whatever shell the user has now. */
export function planAliasRemoval(env: Environment): Result<readonly FileChange[]> {
  const home = env['HOME']
  if (home === undefined || home === '') return failed(noProfile(env))
  const marked = markedProfiles(home, marks)
  const changes = marked.map((path): FileChange & { readonly text: string } => ({
    path,
    file: path,
    does: 'remove',
    text: withoutBlock(readProfile(path), marks),
    written: '',
  }))
  const cut = changes.filter(({ text }) => text.includes(marks.opening))
  if (cut.length > 0) return failed(...cut.map(({ path }) => endIsGone(path)))
  const usual = profileOf(env)?.path ?? home
  return ok(changes.length > 0 ? changes : [{ path: usual, file: usual, does: 'nothing', text: undefined, written: '' }])
}

const endIsGone = (path: string): Failure => ({
  type: 'init.foreign',
  what: 'the end of what pawl wrote there is gone',
  why: `there is no line "${marks.closing}" behind the first one`,
  kept: 'the profile was not changed',
  hint: 'Take the line and the alias below it out by hand.',
  place: { file: path },
})

const reserved = new Set(
  'alias bg bind break builtin case cd command continue do done echo elif else end esac eval exec exit export false fc fg fi for function getopts hash help history if in jobs kill let local logout popd printf pushd pwd read readonly return select set shift source status string suspend switch test then time times trap true type typeset ulimit umask unalias unset until wait while'.split(
    ' ',
  ),
)

/** Why a name is none that pawl gives itself; undefined: it is free. */
function refusalOf(name: string, program: string | undefined): Failure | undefined {
  const why = !/^[A-Za-z_][\w-]*$/.test(name)
    ? 'an alias is one plain word of letters, digits, _ and -'
    : reserved.has(name)
      ? 'it is a word of the shell itself'
      : name === 'pawl'
        ? 'that is the name of pawl already'
        : program === undefined
          ? undefined
          : `it is a command already: ${program}`
  if (why === undefined) return undefined
  const hint = name === usualAlias ? 'Take another name: pawl init --alias=NAME' : `Take another name, or pawl init --alias for ${usualAlias}.`
  return { type: 'args.bad-value', what: `the alias cannot be '${name}'`, why, kept: 'nothing was written', hint }
}

/** While a package manager runs something, programs are on PATH that no shell of the user will find. */
function withoutPackages(path: string | undefined): Record<string, string> {
  return path === undefined
    ? {}
    : {
        PATH: path
          .split(':')
          .filter((folder) => !/[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder))
          .join(':'),
      }
}

/** Quoted twice: a word of the profile is a command line of its own. */
function aliasLine(shell: ShellName, name: string, command: string): string {
  if (shell === 'fish') return `alias ${name} '${command.replaceAll(/[\\']/g, '\\$&')}'`
  return `alias ${name}=${quotedWord(command)}`
}

/** The line on which the user gives the name a meaning. */
function definition(text: string, name: string): number | undefined {
  const pattern = new RegExp(`^\\s*(?:(?:alias|abbr)\\s+(?:-\\S+\\s+)*${name}[\\s=]|function\\s+${name}\\b|${name}\\s*\\(\\))`)
  const index = text.split('\n').findIndex((line) => pattern.test(line))
  return index === -1 ? undefined : index + 1
}
