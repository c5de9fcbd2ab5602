import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { namedFiles } from '../../host/named-files.ts'
import type { Prompt } from '../../model/prompt.ts'
import { promptsAgain } from './prompts-again.ts'
import { keepPapers, papersOf } from './run-papers.ts'

const prompt = (id: string, path?: string): Prompt => ({
  id,
  title: id,
  text: `use s3cr3t-token for ${id}\n`,
  dependsOn: [],
  priority: 0,
  place: { file: path ?? id },
  ...(path === undefined ? {} : { path }),
})
const work = {
  agentOf: new Map(),
  parallel: 1,
  timeoutMs: 1,
  mends: 0,
  retries: 0,
  delayMs: 1,
  budget: {},
  total: {},
  fallback: [],
  onto: undefined,
  landing: 'each',
  sandbox: false,
  monitoring: undefined,
  dependencies: 'auto',
  services: [],
  allow: [],
} as const

test('papers hold no secret of a prompt; its file is read again, and where there is none that is said', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-papers-'))
  try {
    writeFileSync(join(folder, 'one.md'), '---\npriority: 3\n---\nuse s3cr3t-token for one\n')
    const prompts = [prompt('one', 'one.md'), prompt('gone', 'gone.md'), prompt('typed'), { ...prompt('plain'), text: 'nothing\n' }]
    await keepPapers({ stateFolder: folder }, 1, { prompts, forecast: { lanes: [] }, work, gate: {} }, 'main', (text) =>
      text.replaceAll('s3cr3t-token', '[redacted T]'),
    )
    const papers = papersOf({ stateFolder: folder }, 1)
    expect(JSON.stringify(papers)).not.toContain('s3cr3t-token')
    expect(papers?.redacted).toEqual(['one', 'gone', 'typed'])
    const again = await promptsAgain(papers?.prompts ?? [], papers?.redacted ?? [], folder, namedFiles())
    expect(again.prompts.map(({ text }) => text)).toEqual([
      'use s3cr3t-token for one\n',
      'use [redacted T] for gone\n',
      'use [redacted T] for typed\n',
      'nothing\n',
    ])
    expect(again.notes).toEqual([
      'one is read again from one.md: what is kept of it holds no secrets',
      'gone is told without a secret that was in its text, which is not kept; gone.md cannot be read any more',
      'typed is told without a secret that was in its text, which is not kept',
    ])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
