/** T28, T29: agents with a shell reach out of their worktrees: refs, settings, hooks, what git runs. The run stops, nothing of it lands, both sides of refs are kept, and the next git of the user runs nothing of theirs. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { oneLine, wrongEnding, type ProgramEnd } from './program.ts'
import { eachCase, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'
import { differences, factsIn, ofUser, prompt, toldIn, workRepo, type WorkRepo } from './working-agents.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T28',
    title: 'agents that move and delete refs: the run stops, nothing lands, and what the refs were is kept',
    run: (size, report) => played(refs, size, report, refsStand),
  },
  {
    id: 'T29',
    title: 'agents that plant settings, hooks, filters and fake repositories: pawl runs none of them, the run stops or holds',
    run: (size, report) => played(plants, size, report, ranNothing),
  },
]

/** `$U`: the checkout of the user. `$P`: a payload that leaves its mark. */
type Attack = {
  readonly does: string
  /** stopped: pawl tells of a breach, and nothing lands. held: its own branch does not land. harmless: it reached nothing. */
  readonly end: 'stopped' | 'held' | 'harmless'
  /** Part of the small size. */
  readonly isSmall?: true
}

const one = 'git rev-parse "HEAD^{tree}"'
const other = `$(git commit-tree -m evil $(${one}))`

const refs: Readonly<Record<string, Attack>> = {
  'moves main': { does: `git update-ref refs/heads/main ${other}`, end: 'stopped', isSmall: true },
  'moves main by a branch command': { does: `git -C "$U" update-ref refs/heads/main ${other}`, end: 'stopped' },
  'moves main in packed-refs': {
    does: `git -C "$U" pack-refs --all; n=${other}; sed -i "s/^[0-9a-f]* refs.heads.main$/$n refs\\/heads\\/main/" "$U/.git/packed-refs"`,
    end: 'stopped',
  },
  'writes the file of main': { does: `echo ${other} > "$U/.git/refs/heads/main"`, end: 'stopped' },
  'moves a tag': { does: `git tag -f v1 ${other}`, end: 'stopped', isSmall: true },
  'deletes a tag': { does: 'git tag -d v1', end: 'stopped' },
  'moves the branch of a colleague': { does: `git branch -f colleague ${other}`, end: 'stopped' },
  'deletes the branch of a colleague': { does: 'git branch -D colleague', end: 'stopped', isSmall: true },
  'renames a branch': { does: 'git branch -m colleague taken', end: 'stopped' },
  'switches the HEAD of the user': { does: 'printf "ref: refs/heads/colleague\\n" > "$U/.git/HEAD"', end: 'stopped' },
  'drops the stash': { does: 'git -C "$U" stash drop -q', end: 'stopped' },
  'replaces a commit': { does: `git replace -f $(git rev-parse main) ${other}`, end: 'stopped' },
  'pushes over main': { does: `git push -q -f "$U" ${other}:refs/heads/main || git update-ref refs/heads/main ${other}`, end: 'stopped' },
}

const plants: Readonly<Record<string, Attack>> = {
  fsmonitor: { does: 'git config core.fsmonitor "$P"', end: 'stopped', isSmall: true },
  'folder of hooks': { does: 'mkdir -p /tmp/x; git config core.hooksPath "$H"', end: 'stopped' },
  'a hook': { does: 'cp "$P" "$U/.git/hooks/post-checkout"; cp "$P" "$U/.git/hooks/reference-transaction"', end: 'stopped', isSmall: true },
  'a filter': { does: 'git config filter.x.clean "$P"; git config filter.x.smudge "$P"; echo "* filter=x" > .gitattributes', end: 'stopped', isSmall: true },
  'attributes of the repository': {
    does: 'git config filter.x.clean "$P"; mkdir -p "$U/.git/info"; echo "* filter=x diff=x" > "$U/.git/info/attributes"',
    end: 'stopped',
    isSmall: true,
  },
  'a diff driver': { does: 'git config diff.x.textconv "$P"; git config diff.x.command "$P"; echo "* diff=x" > .gitattributes', end: 'stopped' },
  'a merge driver': { does: 'git config merge.x.driver "$P"; echo "* merge=x" > .gitattributes', end: 'stopped' },
  'an external diff': { does: 'git config diff.external "$P"; git config core.pager "$P"; git config core.editor "$P"', end: 'stopped' },
  'an included file': { does: 'printf "[core]\\n\\tfsmonitor = $P\\n" > "$U/.git/more"; git config include.path more', end: 'stopped' },
  'settings of its worktree': { does: 'git config extensions.worktreeConfig true; git config --worktree core.fsmonitor "$P"', end: 'stopped' },
  'an alias and a program for ssh': {
    does: 'git config alias.st "!$P"; git config core.sshCommand "$P"; git config gpg.program "$P"; git config commit.gpgSign true',
    end: 'stopped',
  },
  'a remote with a program': { does: 'git config remote.origin.url "ext::$P"; git config remote.origin.uploadpack "$P"', end: 'stopped' },
  'borrowed objects': { does: 'echo /tmp > "$U/.git/objects/info/alternates"', end: 'stopped' },
  'another .git file': {
    does: 'git init -q ../../evil-$$; git -C ../../evil-$$ config core.fsmonitor "$P"; echo "gitdir: $(cd ../../evil-$$/.git; pwd)" > .git',
    end: 'harmless',
    isSmall: true,
  },
  'another commondir': {
    does: 'd=$(git rev-parse --git-dir); git init -q ../../evil-$$; git -C ../../evil-$$ config core.fsmonitor "$P"; (cd ../../evil-$$/.git; pwd) > "$d/commondir"',
    end: 'harmless',
  },
  'settings of its own record': { does: 'd=$(git rev-parse --git-dir); printf "[core]\\n\\tfsmonitor = $P\\n" > "$d/config.worktree"', end: 'harmless' },
  'a repository inside': {
    does: 'git init -q src/inner; git -C src/inner config core.fsmonitor "$P"; git -C src/inner -c user.name=x -c user.email=x commit -q --allow-empty -m x',
    end: 'held',
    isSmall: true,
  },
  'a bare repository inside': { does: 'git init -q --bare src/bare; git -C src/bare config core.fsmonitor "$P"', end: 'harmless' },
}

type Judge = (repo: WorkRepo, end: ProgramEnd, before: ReadonlyMap<string, string>) => readonly string[]

async function played(all: Readonly<Record<string, Attack>>, size: SoakSize, report: (line: string) => void, judge: Judge): Promise<SoakResult> {
  const some = Object.entries(all).filter(([, { isSmall }]) => size === 'full' || isSmall === true)
  const ends: string[] = []
  const result = await eachCase(some.length, 2, async (index) => {
    const [name, attack] = some[index] ?? ['', { does: '', end: 'harmless' } satisfies Attack]
    return (await play(attack, judge, ends)).map((line) => `${name}: ${line}`)
  })
  const count = (end: string): number => ends.filter((one) => one === end).length
  report(`${some.length} attacks: ${count('stopped')} stopped, ${count('held')} held or failed, ${count('landed')} landed without having reached anything`)
  return result
}

async function play({ does, end: wanted }: Attack, judge: Judge, ends: string[]): Promise<readonly string[]> {
  await using repo = await workRepo({})
  const [mark, hooks] = [join(repo.base, 'payload-ran'), join(repo.base, 'hooks')]
  const payload = repo.script('payload', `: >> '${mark}'; cat 2> /dev/null; exit 0`)
  const before = attacked(
    repo,
    `U='${repo.root}' P='${payload}' H='${hooks}'; mkdir -p "$H"; cp "$P" "$H/post-checkout"; export U P H; ${does}; echo evil > src/evil.txt; rm -f '${mark}'`,
  )
  const end = await repo.work('attack.md', '--mends', '0')
  const broken = [...wrongEnding(end, [0, 1, 2])]
  const stopped = toldIn(end.stdout).some(({ outcome, failure }) => outcome?.failure?.type === 'checkout.breached' || failure?.type === 'checkout.breached')
  const landed = repo.git('for-each-ref', 'refs/heads/pawl/integration') !== '' && repo.git('ls-tree', '-r', '--name-only', 'pawl/integration').includes('evil')
  const got = stopped ? 'stopped' : landed ? 'landed' : 'held'
  ends.push(got)
  if (wanted === 'stopped' && !stopped) broken.push(`it was not stopped: ${oneLine(end.stdout.slice(-400))}`)
  if (wanted === 'stopped' && end.code === 0) broken.push('it ended well')
  if (landed && wanted !== 'harmless') broken.push('it landed')
  if (existsSync(mark)) broken.push('pawl ran the payload')
  if (factsIn(end.stdout, 'work:attack').every(({ kind }) => kind !== 'turn-begun')) broken.push(`it never began: ${oneLine(end.text)}`)
  return [...broken, ...judge(repo, end, before)]
}

function attacked(repo: WorkRepo, does: string): ReadonlyMap<string, string> {
  repo.write({ 'attack.md': prompt('Attack', does, 'true') })
  repo.commit('task')
  repo.git('tag', 'v1')
  repo.git('branch', 'colleague', 'HEAD~1')
  repo.write({ 'src/b.txt': 'stashed\n' })
  repo.git('stash', '--quiet')
  return ofUser(repo)
}

/** A user may have moved it as well, so nothing is undone; but what was there is kept under a ref, or told where it is none. */
function refsStand(repo: WorkRepo, end: ProgramEnd, before: ReadonlyMap<string, string>): readonly string[] {
  const now = repo.git('for-each-ref', '--format=%(refname) %(objectname)').split('\n')
  const was = (before.get('refs') ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('refs/stash'))
  const isKept = (line: string): boolean =>
    now.some((one) => /^refs\/pawl\/quarantine\/[^/]+\/before\//.test(one) && one.endsWith(line.slice(line.indexOf(' '))))
  const lost = was.filter((line) => !now.includes(line) && !isKept(line))
  const rest = differences(before, ofUser(repo)).filter((what) => what !== 'refs' && what !== 'stash' && what !== 'HEAD')
  const head = repo.read('.git/HEAD') === before.get('HEAD') || end.text.includes('HEAD was') ? [] : ['HEAD is another one without a word']
  const stash = repo.git('stash', 'list') === before.get('stash') || end.text.includes('the stash') ? [] : ['a stash is gone without a word']
  return [...lost.map((line) => `${line} is kept nowhere`), ...head, ...stash, ...rest.map((what) => `${what} of the user has changed`)]
}

/** Without a breach the next git of the user must run nothing of theirs; after one the user has been told what to look at before. */
function ranNothing(repo: WorkRepo, end: ProgramEnd): readonly string[] {
  const told = end.text.includes('checkout.breached')
  const mark = join(repo.base, 'payload-ran')
  if (!told) {
    repo.write({ 'src/c.txt': 'edited\n' })
    for (const args of [['status'], ['diff'], ['add', '-A'], ['log', '-p', '-1'], ['checkout', '-q', '-b', 'next']]) spawnSync('git', args, { cwd: repo.root })
  }
  return existsSync(mark) ? ['the next git of the user ran the payload'] : []
}
