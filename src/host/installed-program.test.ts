import { expect, test } from 'bun:test'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { installedFolders } from './installed-program.ts'

test('a program that npm installed is lent its packages, the folder of its link and its interpreter', () => {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-installed-')))
  try {
    const [bin, own] = [join(place, 'bin'), join(place, 'lib/node_modules/@a/agent')]
    for (const folder of [bin, own]) mkdirSync(folder, { recursive: true })
    for (const [path, text] of [
      [join(own, 'cli.js'), '#!/usr/bin/env runner\n'],
      [join(bin, 'runner'), '\x7fELF'],
    ] as const) {
      writeFileSync(path, text)
      chmodSync(path, 0o755)
    }
    symlinkSync('../lib/node_modules/@a/agent/cli.js', join(bin, 'agent'))
    const env = { PATH: bin }
    expect(installedFolders('agent', env, '/').toSorted()).toEqual([bin, join(place, 'lib/node_modules')])
    expect(installedFolders('runner', env, '/')).toEqual([bin])
    expect(installedFolders('missing', env, '/')).toEqual([])
    expect(installedFolders('sh', { PATH: '/bin' }, '/').some((folder) => homedir().startsWith(`${folder}/`) || dirname(folder) === folder)).toBe(false)
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
})
