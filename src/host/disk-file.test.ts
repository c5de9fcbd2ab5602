import { expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replaceDiskFile } from './disk-file.ts'

test('a writer that is killed leaves the old content, and the next one clears away what was half written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-disk-file-'))
  const path = join(folder, 'notes')
  writeFileSync(path, 'old')
  const halfWritten = new Promise<void>((resolve) => {
    const watcher = watch(folder, (_, name) => {
      if (name?.endsWith('.pawl') !== true) return
      watcher.close()
      resolve()
    })
  })
  const code = `import { replaceDiskFile } from ${JSON.stringify(join(import.meta.dirname, 'disk-file.ts'))}
    await replaceDiskFile(${JSON.stringify(path)}, new Uint8Array(200_000_000), 0o644)`
  const writer = spawn(process.execPath, ['-e', code], { stdio: 'ignore' })
  const ended = new Promise((resolve) => writer.once('exit', resolve))
  await halfWritten
  writer.kill('SIGKILL')
  await ended
  expect(readFileSync(path, 'utf8')).toBe('old')
  expect(readdirSync(folder)).toHaveLength(2)

  await replaceDiskFile(path, new TextEncoder().encode('new'), 0o644)
  expect(readdirSync(folder)).toEqual(['notes'])
  expect(readFileSync(path, 'utf8')).toBe('new')
  rmSync(folder, { recursive: true })
})
