import { expect, test } from 'bun:test'
import { chmodSync, symlinkSync } from 'node:fs'
import type { Result } from '../model/failure.ts'
import { surveyOf } from '../model/branch-survey.ts'
import { branchChanges, changedTexts } from './branch-changes.ts'
import { ScratchRepository } from './scratch-repository.ts'

const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failures))
  return result.value
}

test('names, modes, sizes and what is text are read whatever the names and the attributes say', async () => {
  using repo = new ScratchRepository()
  const base = repo.commit({ 'a.txt': 'one\n', 'gone.txt': 'x', 'run.sh': '#!/bin/sh\n' })
  repo.write({ 'a.txt': 'three\n', '-o\n"ü.txt': 'odd', 'b.bin': new Uint8Array([1, 0, 2]), '.gitattributes': '*.txt binary\n*.bin diff\n' })
  symlinkSync('../out', repo.path('link'))
  chmodSync(repo.path('run.sh'), 0o755)
  repo.git('rm', '-q', 'gone.txt')
  const tip = repo.commit()
  const repository = await repo.repository()
  const changes = valueOf(await branchChanges(repository, base, tip))
  const facts = changes.map(({ path, before, after, binary }) => [path, before?.mode, before?.bytes, after?.mode, after?.bytes, binary])
  expect(facts).toEqual([
    ['-o\n"ü.txt', undefined, undefined, '100644', 3, false],
    ['.gitattributes', undefined, undefined, '100644', 24, false],
    ['a.txt', '100644', 4, '100644', 6, false],
    ['b.bin', undefined, undefined, '100644', 3, true],
    ['gone.txt', '100644', 1, undefined, undefined, false],
    ['link', undefined, undefined, '120000', 6, false],
    ['run.sh', '100644', 10, '100755', 10, false],
  ])
  const survey = surveyOf(changes, await changedTexts(repository, changes, 1024 * 1024))
  expect(survey.map(({ why, files }) => [why, ...files])).toEqual([
    ['it changes settings of git', '.gitattributes'],
    ['it has links that lead out of the repository', 'link'],
    ['it makes files executable', 'run.sh'],
  ])
})

test('commits that are not there are a failure', async () => {
  using repo = new ScratchRepository()
  const base = repo.commit({ 'a.txt': 'one\n' })
  expect(await branchChanges(await repo.repository(), base, '--output=x')).toMatchObject({ ok: false })
})
