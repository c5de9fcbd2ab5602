import { expect, test } from 'bun:test'
import { argvOf, type Platform } from './command.ts'

function check(command: string | readonly string[], expected: readonly string[] | string, platform: Platform = 'linux'): void {
  const result = argvOf(command, platform, ['checks', 'a', 'command'], () => ({ file: 'pawl.yaml', line: 3, column: 5 }))
  const shown = result.ok ? result.value : result.failures.map(({ type, what, place }) => `${place?.line}:${place?.column} ${type}: ${what}`).join()
  expect({ command, shown }).toEqual({ command, shown: expected })
}
const shell = (text: string): readonly string[] => ['sh', '-c', text]
const inShell = '3:5 config.files-in-shell: {files} stands in a command that goes through a shell'

test('a text without shell syntax is split at blanks', () => {
  check('eslint .', ['eslint', '.'])
  check('  eslint   --max-warnings=0\t. ', ['eslint', '--max-warnings=0', '.'])
  check('eslint {files}', ['eslint', '{files}'])
  check('npm run lint:fix', ['npm', 'run', 'lint:fix'])
  check('./scripts/check.sh a@1 x,y +z', ['./scripts/check.sh', 'a@1', 'x,y', '+z'])
})

test('a text with shell syntax goes through a shell, whole', () => {
  for (const text of [
    'a && b',
    'a; b',
    'a | b',
    'a > b',
    'a < b',
    'a & b',
    'echo $HOME',
    'echo `date`',
    'echo "a b"',
    "echo 'a'",
    'ls *.ts',
    'ls a?',
    'ls [ab]',
    'ls {a,b}',
    'a \\ b',
    '(a)',
    'a\nb',
    'A=1 b',
    'cd x',
    'exit 1',
    'ls ~/x',
    'a # b',
    '! a',
    '. ./env',
    'export A',
    'source x',
  ])
    check(text, shell(text))
})

test('Windows has a shell of its own', () => {
  check('a && b', ['cmd', '/d', '/s', '/c', 'a && b'], 'windows')
  check('echo %PATH%', ['cmd', '/d', '/s', '/c', 'echo %PATH%'], 'windows')
  check('dir', ['cmd', '/d', '/s', '/c', 'dir'], 'windows')
  check('eslint {files}', ['eslint', '{files}'], 'windows')
  check('a && b', shell('a && b'), 'wsl')
})

test('names of files never come into a shell', () => {
  for (const text of ['eslint {files} && b', 'eslint "{files}"', 'cd x; eslint {files}', 'A=1 eslint {files}', 'eslint {files} > out']) check(text, inShell)
  check(['sh', '-c', 'eslint {files}'], inShell)
  check(['sh', '-c', '{files}'], inShell)
  check(['/bin/bash', '-lc', 'eslint {files}'], inShell)
  check(['env', 'A=1', 'zsh', '-c', 'x {files}'], inShell)
  check(['cmd', '/c', 'eslint', '{files}'], inShell)
  check(['C:\\Windows\\cmd.exe', '/C', 'eslint', '{files}'], inShell)
  check(['pwsh', '-NoProfile', '-Command', 'eslint', '{files}'], inShell)
  check(['sh', '-c', 'eslint "$@"', 'sh', '{files}'], ['sh', '-c', 'eslint "$@"', 'sh', '{files}'])
  check(['bash', './check.sh', '{files}'], ['bash', './check.sh', '{files}'])
})

test('{files} is an argument of its own', () => {
  const stray = (argument: string): string => `3:5 config.invalid: {files} must be an argument of its own, not part of '${argument}'`
  check(['eslint', '--files={files}'], stray('--files={files}'))
  check('eslint --files={files}', stray('--files={files}'))
  check(['{files}'], stray('{files}'))
  check(['a b', '', '{files}', '*'], ['a b', '', '{files}', '*'])
})

test('an empty command is told', () => {
  for (const command of ['', '  ', [], [''], [' ', 'x']]) check(command, '3:5 config.invalid: the command is empty')
  check('a\0b', '3:5 config.invalid: the command contains a NUL character')
})
