/** Names, globs, folders, lists and typed texts become prompts, with real files. */
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { namedFiles } from '../../host/named-files.ts'
import { repositoryFiles } from '../../host/repository-files.ts'
import { ScratchRepository } from '../../host/scratch-repository.ts'
import { placeText, type Result } from '../../model/failure.ts'
import { promptOf } from './prompt-file.ts'
import { distinct, fileIds, kebab } from './prompt-ids.ts'
import { readPrompts, type PromptWish, type ReadPrompts } from './prompts.ts'

type Content = Readonly<Record<string, string | Uint8Array>>

async function read(repo: ScratchRepository, wish: Partial<PromptWish>): Promise<Result<ReadPrompts>> {
  const world = { files: repositoryFiles(repo.root, await repo.trees()), named: namedFiles() }
  return readPrompts({ positional: [], lists: [], typed: [], ...wish }, world)
}

const told = (result: Result<ReadPrompts>): unknown =>
  result.ok
    ? result.value.prompts.map(({ id, path }) => `${id} ${path ?? '-'}`)
    : result.failures.map(({ what, why, hint, place }) => [placeText(place), what, why, hint].filter((part) => part !== undefined && part !== '').join(' | '))

async function outcome(content: Content, wish: Partial<PromptWish>): Promise<unknown> {
  using repo = new ScratchRepository()
  repo.write(content)
  return told(await read(repo, wish))
}

const list = (text: string, path?: string): Partial<PromptWish> => ({ lists: [{ file: path ?? 'stdin', text, ...(path === undefined ? {} : { path }) }] })

const files: Content = {
  'prompts/alpha.md': '# Alpha\n',
  'prompts/beta.md': '# Beta\n',
  'prompts/README.md': '# About',
  'prompts/x.json': '{}',
  'docs/alpha.md': '# Other',
  'top.md': 'top',
}

test('files, globs and folders are found from the folder where they were named', async () => {
  const table: readonly (readonly [wish: Partial<PromptWish>, ...ids: string[]])[] = [
    [{ positional: ['prompts/alpha.md', 'top.md'] }, 'alpha prompts/alpha.md', 'top top.md'],
    [{ positional: ['top'] }, 'top top.md'],
    [{ positional: ['alpha.md', 'beta'] }, 'alpha prompts/alpha.md', 'beta prompts/beta.md'],
    [{ positional: ['prompts/[a-b]*.md'] }, 'alpha prompts/alpha.md', 'beta prompts/beta.md'],
    [{ positional: ['prompts'] }, 'alpha prompts/alpha.md', 'beta prompts/beta.md'],
    [{ positional: ['./prompts/'] }, 'alpha prompts/alpha.md', 'beta prompts/beta.md'],
    [{ positional: ['../prompts/alpha.md', '*.md'], from: 'docs' }, 'prompts-alpha prompts/alpha.md', 'docs-alpha docs/alpha.md'],
    [{ positional: ['prompts/alpha.md', 'prompts/../prompts/alpha.md'] }, 'alpha prompts/alpha.md'],
    [list('- alpha\n- prompts/beta.md\n- top'), 'alpha prompts/alpha.md', 'beta prompts/beta.md', 'top top.md'],
    [list('- alpha.md', 'docs/list.txt'), 'alpha docs/alpha.md'],
    [list('- [x] alpha.md\n- [ ] beta.md'), 'beta prompts/beta.md'],
  ]
  using repo = new ScratchRepository()
  repo.write(files)
  for (const [wish, ...ids] of table) expect({ wish, told: told(await read(repo, wish)) }).toEqual({ wish, told: ids })
})

test('what is not there is told with the places that were looked at and the nearest name', async () => {
  const table: readonly (readonly [wish: Partial<PromptWish>, ...told: string[]])[] = [
    [{}, 'no prompt was named | Name files, as in prompts/fix-login.md, or give a list of them.'],
    [
      { positional: ['prompts/alpah.md'] },
      "prompts/alpah.md | there is no prompt 'prompts/alpah.md' | looked for prompts/alpah.md | Did you mean 'prompts/alpha.md'?",
    ],
    [list('\n- betta'), "stdin:2:1 | there is no prompt 'betta' | looked for betta.md, prompts/betta.md | Did you mean 'prompts/beta.md'?"],
    [list('- ../x.md'), "stdin:1:1 | there is no prompt '../x.md' | looked for x.md | Check the name."],
    [
      list('- ../../x.md'),
      "stdin:1:1 | '../../x.md' lies outside of the repository | a list may name files of the repository only | Name the file itself as an argument.",
    ],
    [
      list('- /etc/x.md'),
      "stdin:1:1 | '/etc/x.md' lies outside of the repository | a list may name files of the repository only | Name the file itself as an argument.",
    ],
    [
      { positional: ['docs/*.txt'] },
      "docs/*.txt | the glob 'docs/*.txt' matches no prompt | files that git ignores are not looked at | Check it; it is relative to the folder that you are in.",
    ],
    [{ positional: ['.git/hooks'] }, ".git/hooks | the folder '.git/hooks' holds no prompt | no file in it ends with .md | Name another folder, or files."],
  ]
  using repo = new ScratchRepository()
  repo.write(files)
  for (const [wish, ...failures] of table) expect({ wish, told: told(await read(repo, wish)) }).toEqual({ wish, told: failures })
  const odd = told(await read(repo, { positional: ['', 'a\0b', '+(a*|b)*.md', 'prompts/alpha.md/x'] }))
  expect(odd).toHaveLength(4)
})

test('a person may name a file outside of the repository; a list may not, not even through a link', async () => {
  using outside = new ScratchRepository()
  outside.write({ 'far.md': '# Far' })
  using repo = new ScratchRepository()
  mkdirSync(repo.path('prompts'))
  symlinkSync(outside.path('far.md'), repo.path('prompts/link.md'))
  expect(told(await read(repo, { positional: [outside.path('far.md')] }))).toEqual([`far ${outside.path('far.md')}`])
  expect((await read(repo, list('- link.md'))).ok).toBe(false)
})

test('the same file twice is one prompt, and that is said', async () => {
  using repo = new ScratchRepository()
  repo.write(files)
  const both = await read(repo, { positional: ['prompts/alpha.md'], ...list('- alpha\n- [x] top.md') })
  expect(both.ok && both.value.notes).toEqual(['top.md was left out: it is ticked off (stdin:2)', 'prompts/alpha.md was named twice; it is one prompt'])
})

test('the text is the file byte for byte, without its front matter', async () => {
  const bodies = ['# A\r\n\r\nb \t\r\nc', '\ufeff# A\n\u2028"`$(x)`"\u0000\n', '\n\n# A\n---\nb: c\n---\n', '---\n\nA line across is no front matter.\n']
  using repo = new ScratchRepository()
  for (const body of bodies) {
    for (const front of ['', '---\npriority: high\n---\n', '\ufeff---\r\ntitle: T\r\n---\r\n']) {
      if (front !== '' && body.startsWith('\ufeff')) continue
      repo.write({ 'a.md': front + body })
      const result = await read(repo, { positional: ['a.md'] })
      const text = result.ok ? (result.value.prompts[0]?.text ?? '') : ''
      expect(Buffer.from(text)).toEqual(readFileSync(repo.path('a.md')).subarray(Buffer.byteLength(front)))
    }
  }
})

test('titles', () => {
  const table: readonly (readonly [text: string, title: string])[] = [
    ['intro\n# Resume PR 270: Code Review\n## Task', 'Resume PR 270: Code Review'],
    ['```sh\n# not this\n```\n# UNIMPLEMENTED feature #\n', 'UNIMPLEMENTED feature'],
    ['~~~~\n~~~\n# no\n~~~~\n## Task: it', 'Task: it'],
    ['## 1. Title and Overview\n# later', 'later'],
    ['\ufeff# With a mark', 'With a mark'],
    ['\n\nfix it\nnow', 'fix it'],
    ['---\ntitle: "from  here"\ndate: 2025-08-01\nissue_number: 5\ncreated_by: me\ndescription: d\n---\n# A', 'from here'],
    ['#hash\n#\n', '#hash'],
    ['``` a`b\n# yes', 'yes'],
  ]
  for (const [text, title] of table) {
    const prompt = promptOf(text, 'a.md')
    expect({ text, title: prompt.ok ? prompt.value.title : prompt.failures }).toEqual({ text, title })
  }
})

test('what front matter says', () => {
  const yaml =
    'depends_on: [a, b]\nfiles: ./src/**\npriority: critical\nagent: claude\nmodel: m\nchecks: test\ntimeout: 1h 30m\nbudget: { time: 10m, turns: 3, tokens: 5, money: 0.5 }'
  const prompt = promptOf(`---\n${yaml}\n---\nx`, 'a.md')
  expect(prompt.ok && prompt.value.front).toEqual({
    dependsOn: [
      { name: 'a', place: { file: 'a.md', line: 2, column: 14 } },
      { name: 'b', place: { file: 'a.md', line: 2, column: 17 } },
    ],
    files: ['src/**'],
    priority: 2,
    agent: 'claude',
    model: 'm',
    checks: ['test'],
    timeoutMs: 5_400_000,
    budget: { timeMs: 600_000, turns: 3, tokens: 5, usd: 0.5 },
  })
})

test('mistakes in front matter are told with their place', async () => {
  const table: readonly (readonly [text: string, ...told: string[]])[] = [
    ['---\ntitle: x\ndepend_on: a\n---\nx', "a.md:3:1 | unknown key 'depend_on' | Did you mean 'depends_on'?"],
    ['---\npriority: hgih\n---\nx', "a.md:2:11 | 'priority' must be a number, 'low', 'normal', 'high' or 'critical', not 'hgih' | Did you mean 'high'?"],
    ['---\npriority: .inf\n---\nx', "a.md:2:11 | 'priority' must be a number, 'low', 'normal', 'high' or 'critical', not Infinity | For example: priority: 1"],
    [
      '---\ntimeout: soon\n---\nx',
      'a.md:2:10 | \'timeout\' must be a duration such as "90s", "10m", "1h 30m" or a number of seconds, not \'soon\' | For example: timeout: 90s',
    ],
    [
      '---\nfiles: [ok.ts, ../x]\n---\nx',
      "a.md:2:16 | 'files' has '../x', which is nothing in the repository | Write paths relative to its root, such as src/login/**.",
    ],
    ['---\ntitle: x\n', 'a.md:1:1 | the front matter has no end | Close it with a line "---".'],
    [
      '---\nsome words\n---\nx',
      'a.md:2:1 | the front matter is no mapping of keys to values | Write "priority: high" and such; a line across at the top of a prompt is written "***".',
    ],
    ['---\na: [\n---\nx'],
    ['---\ntitle: x\n---\n \n', 'a.md | a.md is empty | nothing in it tells an agent what to do | Write what is to be done.'],
    ['', 'a.md | a.md is empty | nothing in it tells an agent what to do | Write what is to be done.'],
  ]
  using repo = new ScratchRepository()
  for (const [text, ...failures] of table) {
    repo.write({ 'a.md': text })
    const said = told(await read(repo, { positional: ['a.md'] }))
    if (failures.length > 0) expect({ text, said }).toEqual({ text, said: failures })
    else expect(JSON.stringify(said)).toContain('a.md:')
  }
})

test('what is no text, or too large, is refused', async () => {
  expect(await outcome({ 'a.md': new Uint8Array([0x23, 0x20, 0xff]) }, { positional: ['a.md'] })).toEqual([
    'a.md | a.md is no text | it is not valid UTF-8 | Save it as UTF-8.',
  ])
  expect(await outcome({ 'a.md': 'x'.repeat(10 * 1024 * 1024 + 1) }, { positional: ['a.md'] })).toEqual([
    'a.md | a.md is too large for a prompt | it has 10485761 bytes, and 10485760 are allowed | Name large data by its path, for the agent to read.',
  ])
})

test('dependencies are ids, files or names, and unknown ones are told', async () => {
  using repo = new ScratchRepository()
  repo.write({ 'prompts/a.md': '---\ndepends_on: [b.md, prompts/c.md, d, ./b.md]\n---\nx', 'prompts/b.md': 'x', 'prompts/c.md': 'x', 'prompts/d.md': 'x' })
  const good = await read(repo, { positional: ['prompts'] })
  expect(good.ok && good.value.prompts[0]?.dependsOn).toEqual(['b', 'c', 'd'])
  expect(await outcome({ 'a.md': '---\ndepends_on:\n  - bta\n---\nx', 'beta.md': 'x' }, { positional: ['a.md', 'beta.md'] })).toEqual([
    "a.md:3:5 | a depends on 'bta', which was not named | Did you mean 'beta'?",
  ])
  expect(await outcome({ 'a.md': '---\ndepends_on: x\n---\nx', 'p/x.md': 'x', 'q/x.md': 'x' }, { positional: ['a.md', 'p/x.md', 'q/x.md'] })).toEqual([
    "a.md:2:13 | a depends on 'x', which is the name of several | Write one of p-x, q-x.",
  ])
})

test('a circle names its members in order', async () => {
  const needs = (id: string): string => `---\ndepends_on: [${id}]\n---\nx`
  expect(
    await outcome({ 'a.md': needs('b'), 'b.md': needs('c'), 'c.md': needs('d'), 'd.md': needs('b') }, { positional: ['a.md', 'b.md', 'c.md', 'd.md'] }),
  ).toEqual(['b.md:2:14 | prompts depend on each other in a circle: b → c → d → b | Remove one of these dependencies.'])
  expect(await outcome({ 'a.md': needs('a') }, { positional: ['a.md'] })).toEqual([
    'a.md:2:14 | prompts depend on each other in a circle: a → a | Remove one of these dependencies.',
  ])
})

test('typed prompts have ids of their titles', async () => {
  using repo = new ScratchRepository()
  repo.write({ 'fix-it.md': '# Fix' })
  const typed = await read(repo, { positional: ['fix-it.md'], typed: ['Fix it', '# Fix it!\nnow', '---\ndepends_on: [fix-it-2]\n---\n修理'] })
  expect(typed.ok && typed.value.prompts.map(({ id, path, title, dependsOn, place }) => [id, path, title, dependsOn, place.file])).toEqual([
    ['fix-it', 'fix-it.md', 'Fix', [], 'fix-it.md'],
    ['fix-it-2', undefined, 'Fix it', [], 'typed prompt 1'],
    ['fix-it-3', undefined, 'Fix it!', [], 'typed prompt 2'],
    ['typed', undefined, '修理', ['fix-it-2'], 'typed prompt 3'],
  ])
})

test('an order that is only said in prose is a suggestion', async () => {
  using repo = new ScratchRepository()
  repo.write({
    'build.md': 'x',
    'add-login.md': 'Run it after the build. It depends on `build.md`.\nPrerequisites: none',
    'c.md': 'after add-login, and requires changes',
  })
  const result = await read(repo, { positional: ['build.md', 'add-login.md', 'c.md'] })
  expect(result.ok && result.value.prompts.flatMap(({ dependsOn }) => dependsOn)).toEqual([])
  expect(result.ok && result.value.notes).toEqual([
    'add-login.md says "depends on `build.md"; it is not taken for an order: write "depends_on: [build]" at its top if it is one',
    'c.md says "after add-login"; it is not taken for an order: write "depends_on: [add-login]" at its top if it is one',
  ])
})

test('ids are safe, different, and say the folder where names are the same', () => {
  expect(fileIds(['a/x.md', 'b/x.md', 'x.md', 'a/Ünï Cödé_1.md', '日本.md', 'c/a-x.md'])).toEqual([
    'a-x',
    'b-x',
    'x',
    'unicode-1'.replace('unicode', 'uni-code'),
    'prompt',
    'a-x-2',
  ])
  expect(distinct(['a', 'a', 'a-2'])).toEqual(['a', 'a-3', 'a-2'])
  expect(kebab('!!!')).toBeUndefined()
  const path = fc
    .array(fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.constantFrom('a', 'a-2', 'b')), { minLength: 1, maxLength: 3 })
    .map((parts) => `${parts.join('/')}.md`)
  fc.assert(
    fc.property(fc.array(path), (paths) => {
      const ids = fileIds(paths)
      return new Set(ids).size === paths.length && ids.every((id) => /^[a-z0-9][a-z0-9-]{0,63}$/.test(id))
    }),
  )
})

test('no text makes the reading of a prompt throw', () => {
  const pieces = fc.constantFrom(
    '---\n',
    '---',
    '...\n',
    'title: x\n',
    'files: [',
    '- ',
    ': ',
    '&a ',
    '*a',
    '<<: ',
    '\ufeff',
    '\r\n',
    '\n',
    '```\n',
    '# ',
    '\t',
    '{',
    '"',
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(text, (said) => {
      const prompt = promptOf(said, 'a.md')
      return prompt.ok ? said.endsWith(prompt.value.text) && !/[\r\n]/.test(prompt.value.title) : prompt.failures.every(({ place }) => place?.file === 'a.md')
    }),
    { numRuns: 1000 },
  )
}, 60_000)
