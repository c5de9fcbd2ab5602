import { afterEach, beforeEach, expect, test } from 'bun:test'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { systemProcesses } from './system-processes.ts'
import { toolIdentities } from './tool-identity.ts'

let folder = ''
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-identity-')))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function file(path: string, text: string): string {
  const full = join(folder, path)
  mkdirSync(dirname(full), { recursive: true })
  writeFileSync(full, text)
  chmodSync(full, 0o755)
  return full
}

function link(path: string, target: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  symlinkSync(target, join(folder, path))
}

/** The identity of a program in the checkout `root`; a new look each time. */
function identity(program: string, root: string, path = '/usr/bin:/bin'): Promise<string> {
  const cwd = join(folder, root)
  mkdirSync(cwd, { recursive: true })
  return toolIdentities(systemProcesses(), cwd).of(program, { PATH: `${join(cwd, 'node_modules/.bin')}:${join(cwd, '.venv/bin')}:${path}` }, cwd)
}

function npmTool(root: string, version: string, code = 'console.log(1)'): void {
  file(`${root}/node_modules/lint/package.json`, JSON.stringify({ name: 'lint', version }))
  file(`${root}/node_modules/lint/dist/package.json`, '{"type":"module"}')
  file(`${root}/node_modules/lint/dist/cli.js`, `#!/usr/bin/env sh\n${code}`)
  link(`${root}/node_modules/.bin/lint`, '../lint/dist/cli.js')
}

test('a missing program is missing', async () => {
  expect(await identity('no-such-program', 'a')).toBe('missing')
})

test('a tool of the checkout is the same in two worktrees', async () => {
  npmTool('a', '1.0.0')
  npmTool('b', '1.0.0')
  const [a, b] = [await identity('lint', 'a'), await identity('lint', 'b')]
  expect(a).toBe(b)
  expect(a).toStartWith('node_modules/lint/dist/cli.js lint@1.0.0 ')
  expect(a).not.toContain(folder)
})

test('another version or another content is another tool', async () => {
  npmTool('a', '1.0.0')
  npmTool('b', '1.0.1')
  npmTool('c', '1.0.0', 'console.log(2)')
  expect(new Set([await identity('lint', 'a'), await identity('lint', 'b'), await identity('lint', 'c')]).size).toBe(3)
})

test('the interpreter of a script counts', async () => {
  const first = file('bin1/interp', 'one')
  const second = file('bin2/interp', 'two')
  file('a/tool', '#!/usr/bin/env interp\n')
  const [one, two] = [await identity('./tool', 'a', dirname(first)), await identity('./tool', 'a', dirname(second))]
  expect(one).toContain(` | interp: ${first} 3 `)
  expect(two).toContain(` | interp: ${second} 3 `)
  expect(await identity('./tool', 'a', '/no/such')).toEndWith(' | interp: missing')
})

test('a script that is its own interpreter does not hold us up', async () => {
  const path = join(folder, 'a/tool')
  file('a/tool', `#!${path}\n`)
  expect(await identity('./tool', 'a')).toContain('tool: tool')
})

test('a program outside of the checkout is told apart by its file', async () => {
  const tool = file('bin/tool', 'one')
  const one = await identity('tool', 'a', dirname(tool))
  expect(one).toBe(await identity('tool', 'b', dirname(tool)))
  expect(one).toStartWith(`${tool} 3 `)
  writeFileSync(tool, 'four')
  expect(await identity('tool', 'a', dirname(tool))).not.toBe(one)
})

test('a starter script of pnpm stands for the tool that it starts, wherever the checkout lies', async () => {
  for (const [root, version] of [
    ['a', '1.0.0'],
    ['b', '1.0.0'],
    ['c', '2.0.0'],
  ] as const) {
    file(`${root}/node_modules/.pnpm/lint/package.json`, JSON.stringify({ name: 'lint', version }))
    file(`${root}/node_modules/.pnpm/lint/cli.js`, '#!/usr/bin/env sh\n')
    link(`${root}/node_modules/lint`, '.pnpm/lint')
    const call = (node: string) => `  exec ${node}  "$basedir/../lint/cli.js" "$@"\n`
    file(
      `${root}/node_modules/.bin/lint`,
      `#!/bin/sh\nexport NODE_PATH="${folder}/${root}/node_modules"\nif true; then\n${call('"$basedir/node"')}else\n${call('node')}fi\n`,
    )
  }
  const [a, b, c] = [await identity('lint', 'a'), await identity('lint', 'b'), await identity('lint', 'c')]
  expect(a).toContain('lint@1.0.0')
  expect(a).toBe(b)
  expect(c).not.toBe(a)
})

test('the packages of a virtual environment count, its path does not', async () => {
  for (const [root, version] of [
    ['a', '1.0'],
    ['b', '1.0'],
    ['c', '1.1'],
  ] as const) {
    file(`${root}/.venv/bin/mypy`, `#!${folder}/${root}/.venv/bin/python\nfrom mypy import main\n`)
    link(`${root}/.venv/bin/python`, '/bin/sh')
    file(`${root}/.venv/pyvenv.cfg`, `home = /usr/bin\nversion = 3.11.7\ncommand = python -m venv ${folder}/${root}/.venv\n`)
    file(`${root}/.venv/lib/python3.11/site-packages/mypy-${version}.dist-info/METADATA`, '')
  }
  const [a, b, c] = [await identity('mypy', 'a'), await identity('mypy', 'b'), await identity('mypy', 'c')]
  expect(a).toContain('venv 3.11.7 ')
  expect(a).toBe(b)
  expect(c).not.toBe(a)
})

test('a shim is asked for its version, since settings elsewhere choose what it runs', async () => {
  const setting = file('setting', '1.2.3')
  const shim = file('shims/tool', `#!/bin/sh\necho "tool $(cat ${setting}) $1"\n`)
  const before = await identity('tool', 'a', dirname(shim) + ':/bin:/usr/bin')
  expect(before).toContain('0: tool 1.2.3 --version')
  writeFileSync(setting, '1.2.4')
  expect(await identity('tool', 'a', dirname(shim) + ':/bin:/usr/bin')).toContain('0: tool 1.2.4 --version')
})

test('each program is looked at once', async () => {
  const shim = file('shims/tool', `#!/bin/sh\necho called >> ${folder}/calls; wc -l < ${folder}/calls\n`)
  const identities = toolIdentities(systemProcesses(), folder)
  const ask = () => identities.of('tool', { PATH: `${dirname(shim)}:/usr/bin:/bin` }, folder)
  const [first, second] = await Promise.all([ask(), ask()])
  expect(second).toBe(first)
  expect(await ask()).toBe(first)
})
