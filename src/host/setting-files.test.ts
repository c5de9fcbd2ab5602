import { expect, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { foldersAbove } from './folders-above.ts'
import { settingFiles } from './setting-files.ts'

const search = { places: ['.mcp.json', '.claude/'], isApart: (path: string) => path === '.claude/worktrees', carries: (path: string) => !path.endsWith('.md') }

function folder(files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'pawl-settings-'))
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  for (const [path, text] of Object.entries(files)) write(path, text)
  const digests = (): Readonly<Record<string, string | undefined>> => Object.fromEntries(settingFiles(root, search).map(({ path, digest }) => [path, digest]))
  return { root, write, digests, [Symbol.dispose]: () => rmSync(root, { recursive: true }) }
}

test('files and folders of settings are found, text and checkouts of the program are not', () => {
  using here = folder({
    '.mcp.json': '{}',
    '.claude/settings.json': '{}',
    '.claude/hooks/a.sh': '',
    '.claude/a.md': '',
    '.claude/worktrees/x/.mcp.json': '',
    'other.json': '',
  })
  expect(Object.keys(here.digests())).toEqual(['.mcp.json', '.claude/hooks/a.sh', '.claude/settings.json'])
})

test('a digest moves with the content, with a file that is named, and with nothing else', () => {
  using here = folder({
    '.mcp.json': '{"command":"node","args":["./serve.mjs","$CLAUDE_PROJECT_DIR/tools/b.sh"]}',
    'serve.mjs': '1',
    'tools/b.sh': '1',
    'c.txt': '1',
  })
  const first = here.digests()['.mcp.json']
  here.write('c.txt', '2')
  expect(here.digests()['.mcp.json']).toBe(first)
  for (const path of ['serve.mjs', 'tools/b.sh', '.mcp.json']) {
    const before = here.digests()['.mcp.json']
    here.write(path, '{"command":"other","args":["serve.mjs","tools/b.sh"]}')
    expect([path, here.digests()['.mcp.json'] === before]).toEqual([path, false])
  }
})

test('a link is what it leads to', () => {
  using here = folder({ 'real/settings.json': '1' })
  symlinkSync('real', join(here.root, '.claude'))
  const first = here.digests()['.claude/settings.json']
  expect(first).toBeString()
  here.write('real/settings.json', '2')
  expect(here.digests()['.claude/settings.json']).not.toBe(first)
})

test('what nobody can read as a whole is found, without a digest', () => {
  using here = folder({})
  execFileSync('mkfifo', [join(here.root, '.mcp.json')])
  writeFileSync(join(here.root, '.claude'), 'no folder')
  expect(here.digests()).toEqual({ '.mcp.json': undefined, '.claude': expect.any(String) })
  using many = folder(Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`.claude/hooks/${i}`, ''])))
  expect(many.digests()).toEqual({ '.claude': undefined })
  using large = folder({ '.mcp.json': 'x'.repeat(5_000_000) })
  expect(large.digests()).toEqual({ '.mcp.json': undefined })
})

test('folders above are told as far as the top', () => {
  expect(foldersAbove('/a/b/c/d', '/a/b')).toEqual(['/a/b/c', '/a/b'])
  expect(foldersAbove('/a/b', '/a/b')).toEqual([])
  expect(foldersAbove('/x', '/a/b')).toEqual([])
})
