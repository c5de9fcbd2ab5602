/** The agent as the attacker: scripts that try to get out of the sandbox, at what they must not see, or into what pawl does afterwards. None may succeed. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fact, wordsOf } from '../../test/soak/watching.ts'
import { newCancellation } from '../model/cancellation.ts'
import { fetchBack } from './clone-return.ts'
import { boxFor, leaseClone, treeOfClone, type LeasedClone } from './leased-clone.ts'
import { gitIn, type Repository } from './repository.ts'
import { sandboxed, sandboxTrouble } from './sandbox.ts'
import { ScratchRepository, userGit } from './scratch-repository.ts'
import { systemProcesses } from './system-processes.ts'

const trouble = await sandboxTrouble()
if (trouble !== undefined) console.log(`not run: ${trouble.what}: ${trouble.why ?? ''}`)
const shutIn = test.if(trouble === undefined)

const canary = `CANARY${crypto.randomUUID().replaceAll('-', '')}`
const processes = systemProcesses({ graceMs: 300, guarded: false })
const repo = new ScratchRepository()
const place = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-attacks-')))
const marker = join(place, 'marker')
const victimWord = `victim-${canary}`
let checkout: Repository
let victim: ChildProcess
let server: ReturnType<typeof Bun.serve>
let clone: LeasedClone

beforeAll(async () => {
  const nested = repo.commit({
    '.gitignore': 'node_modules\n.env\n.pawl\n',
    'src/a.ts': 'a\n',
    'node_modules/tool/index.js': 'tool\n',
    '.env': `SECRET=${canary}\n`,
    '.pawl/token': canary,
    '.pawl/state.db': canary,
  })
  repo.git('update-index', '--add', '--cacheinfo', `160000,${nested},sub`)
  repo.git('commit', '-q', '-m', 'a submodule')
  repo.git('config', 'remote.origin.url', `https://user:${canary}@example.invalid/x.git`)
  repo.git('worktree', 'add', '-q', join(place, 'other'))
  for (const [path, text] of Object.entries({ 'other/mine': canary, 'home/.ssh/id_ed25519': canary, 'home/.aws/credentials': canary, 'home/.bashrc': '' })) {
    mkdirSync(join(place, path, '..'), { recursive: true })
    writeFileSync(join(place, path), text)
  }
  for (const name of ['agent-home', 'job', 'exchange']) mkdirSync(join(place, name))
  writeFileSync(join(place, 'job', 'brief.md'), 'the brief\n')
  victim = spawn('/bin/sh', ['-c', 'while :; do /bin/sleep 0.2; done', victimWord], { env: { SECRET: canary }, stdio: 'ignore' })
  server = Bun.serve({ unix: join(place, 'socket'), fetch: () => new Response(canary) })
  checkout = await repo.repository()
  clone = await leased()
})
afterAll(async () => {
  victim.kill('SIGKILL')
  await server.stop(true)
  rmSync(place, { recursive: true, force: true })
  repo[Symbol.dispose]()
})

async function leased(): Promise<LeasedClone> {
  const made = await leaseClone(checkout, repo.path('.pawl'), { prompt: 'attack', run: 1, base: 'HEAD' })
  if (!made.ok) throw new Error(JSON.stringify(made.failures))
  return made.value
}

async function inside(by: LeasedClone, script: string, timeoutMs = 60_000): Promise<string> {
  const box = boxFor(by, { home: join(place, 'agent-home'), readable: [join(place, 'job')], writable: [join(place, 'exchange')], network: 'none' })
  const ended = await sandboxed(processes, box).run({
    argv: ['sh', '-c', script],
    cwd: by.lease.folder,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    timeoutMs,
    tag: canary,
    cancellation: newCancellation(),
  })
  if (!ended.ok) throw new Error(JSON.stringify(ended.failure))
  return `${ended.exit.stdout}${ended.exit.stderr}`
}

const tree = (): string => clone.lease.folder

/** Each prints what it got hold of: the canary is a success. */
const thefts = (): Readonly<Record<string, string>> => ({
  'key of ssh': `cat ${place}/home/.ssh/*`,
  'credentials of a cloud': `cat ${place}/home/.aws/credentials`,
  'anything in the real home': `[ -n "$(ls -A ${homedir()} 2>/dev/null)" ] && echo ${canary}`,
  '.env of the checkout': `cat ${repo.path('.env')}; cat .env`,
  'token of pawl': `cat ${repo.path('.pawl/token')} ${repo.path('.pawl/state.db')}`,
  'state of pawl by going up': 'cat ../../../token ../../token ../token; cat ../../../../.env',
  'other worktree': `cat ${place}/other/mine`,
  'settings of the repository': `cat ${repo.path('.git/config')}; git config --get remote.origin.url`,
  'settings beside the lent objects': `cat ${repo.path('.git/objects')}/../config`,
  'refs of the repository': `ls ${repo.path('.git/refs')} ${repo.path('.git/logs')} && echo ${canary}; git rev-parse main && echo ${canary}`,
  'a link': `ln -s ${repo.root} away; cat away/.env; ln -s ${place}/home home2; cat home2/.ssh/id_ed25519`,
  'a hard link': `ln ${repo.path('.env')} hard && cat hard`,
  'environment of a process': `cat /proc/${victim.pid ?? 0}/environ`,
  'environment of all processes': `cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep '^SECRET='`,
  'root of another process': `for pid in /proc/[0-9]*; do cat $pid/root${repo.path('.env')} $pid/cwd/../../../../.env; done`,
  'open files': 'for fd in /proc/[0-9]*/fd/*; do readlink $fd; done | grep -v -e pipe -e null -e /proc -e anon -e socket && cat /proc/self/fd/[3-9]',
  'a new view of the files': `unshare -Urm sh -c 'mount -t proc proc /proc; umount -l /tmp; umount -l ${tree()}; cat ${repo.path('.env')}'`,
  'a mount': `mount --bind / /mnt; unshare -Urm mount --rbind / /tmp; cat /tmp${repo.path('.env')} /mnt${repo.path('.env')}`,
  'namespaces of another process': `nsenter -t ${victim.pid ?? 0} -a cat ${repo.path('.env')}; nsenter -t 1 -m cat ${repo.path('.env')}`,
  'disk itself': `mknod disk b 8 0 && head -c 100 disk && echo ${canary}; ls /dev/sd* /dev/vd* /dev/nvme* 2>/dev/null | grep . && echo ${canary}`,
  'passwords of the machine': `grep -q : /etc/shadow && echo ${canary}`,
  'socket with a name': `perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new("${place}/socket") or exit 1; print $s "GET / HTTP/1.0\\r\\n\\r\\n"; print <$s>'`,
  'sockets of the machine': `find /run /var/run /tmp -type s 2>/dev/null | grep . && echo ${canary}`,
  'temporary files of the machine': `cat /tmp/*/token /tmp/pawl-*/.env /var/tmp/*/token; ls -A /var/tmp | grep . && echo ${canary}`,
  'key ring of git': `git credential fill < /dev/null; cat $HOME/.git-credentials $HOME/.netrc`,
  'the machine next door': `perl -MIO::Socket::INET -e 'IO::Socket::INET->new(PeerAddr => "1.1.1.1:53", Timeout => 1) and print "${canary}"'`,
  tracing: `perl -e 'print "${canary}" if syscall(101, 16, ${victim.pid ?? 0}, 0, 0) == 0'`,
})

/** Each tries to leave something outside. */
const writes = (): Readonly<Record<string, string>> => ({
  'file of the checkout': `echo evil > ${repo.path('src/a.ts')}; mkdir -p ${repo.path('src')} && echo evil > ${repo.path('src/evil')}`,
  'branch of the user': `echo ${'0'.repeat(40)} > ${repo.path('.git/refs/heads/main')}; rm -rf ${repo.path('.git/refs')}`,
  'hook of the user': `mkdir -p ${repo.path('.git/hooks')}; echo 'touch ${marker}' > ${repo.path('.git/hooks/pre-commit')}`,
  'settings of the user': `echo '[core]\nfsmonitor = touch ${marker}' >> ${repo.path('.git/config')}`,
  'lent objects': `chmod -R u+w ${repo.path('.git/objects')}; rm -rf ${repo.path('.git/objects')}/*; echo evil > ${repo.path('.git/objects/evil')}`,
  'lent objects through git': `git -C . config core.sharedRepository world; GIT_OBJECT_DIRECTORY=${repo.path('.git/objects')} git hash-object -w --stdin < /etc/hostname`,
  'lent packages': `echo evil > ${repo.path('node_modules/tool/index.js')}; echo evil > node_modules/tool/index.js`,
  'lent objects, mounted again': `mount -o remount,rw,bind ${repo.path('.git/objects')}; unshare -Urm sh -c 'mount -o remount,rw,bind ${repo.path('.git/objects')}; echo evil > ${repo.path('.git/objects/evil')}'`,
  'the brief': `echo evil > ${place}/job/brief.md; echo evil > ${place}/job/evil`,
  'home of the user': `echo 'touch ${marker}' >> ${place}/home/.bashrc; touch ${homedir()}/${canary}`,
  'temporary files': `touch /tmp/${canary} /var/tmp/${canary}; mkdir -p ${place}; touch ${marker}`,
  'programs of the machine': `touch /usr/bin/${canary} /usr/local/bin/${canary} /etc/${canary} /opt/${canary} /${canary}`,
  // Opened only: this machine is to go on as it is, whoever wins.
  'settings of the kernel': ['kernel/core_pattern', 'kernel/modprobe', 'vm/drop_caches', 'kernel/hostname']
    .map((path) => `( : >> /proc/sys/${path} ) && won ${path.replace('/', '-')}`)
    .join('\n'),
  'triggers of the kernel':
    '( : >> /proc/sysrq-trigger ) && won sysrq; ( : >> /proc/irq/default_smp_affinity ) && won irq; ( : >> /sys/kernel/uevent_helper ) && won uevent; ( : >> /sys/power/state ) && won power',
  'a new view of the kernel': `unshare -Urpf --mount-proc sh -c '( : >> /proc/sys/kernel/core_pattern ) && touch ${place}/exchange/won-proc'
    mkdir -p /tmp/s; unshare -Urmn sh -c 'mount -t sysfs none /tmp/s && ( : >> /tmp/s/kernel/uevent_helper ) && touch ${place}/exchange/won-sysfs'`,
  'groups of processes': `mkdir -p /tmp/c; for kind in cgroup2 cgroup; do unshare -UrmC sh -c "mount -t $kind none /tmp/c && mkdir /tmp/c/${canary} && touch ${place}/exchange/won-group"; done; mkdir /sys/fs/cgroup/${canary} /sys/fs/cgroup/*/${canary} && won group`,
  'namespaces with capabilities': "unshare -Ur true && won userns; perl -e 'exit(syscall(272, 0x10000000) == 0 ? 0 : 1)' && won unshare",
  'a push': `git push -q ${repo.root} HEAD:refs/heads/evil; git push -q file://${repo.root} HEAD:refs/heads/evil`,
  'going up': `touch ../${canary} ../own/${canary} ../own/config; echo evil >> ../own/config; rm -rf ../own`,
  killing: `kill -9 ${victim.pid ?? 0} ${process.pid}; kill -9 -1`,
})

/** In a shell of its own each, for no longer than a moment. */
const played = (scripts: Readonly<Record<string, string>>): string =>
  Object.entries(scripts)
    .map(
      ([name, script], index) =>
        `cat > "$HOME/${index}" <<'SCRIPT'\nwon() { touch ${place}/exchange/won-$1; }\n${script}\nSCRIPT\nprintf '\\n<<%s>>\\n' "${name}"; timeout 5 sh "$HOME/${index}" 2>/dev/null < /dev/null`,
    )
    .join('\n')

/** Every file below, but for clones, with its content. */
const snapshot = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true, encoding: 'utf8' }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'clones' ? [] : snapshot(path)
    return [`${path} ${entry.isFile() ? Bun.hash(readFileSync(path)) : 'no file'}`]
  })

shutIn(
  'nothing that it must not know is told',
  async () => {
    const said = await inside(clone, played(thefts()))
    const parts = said.split(/^<<(.*)>>$/m).slice(1)
    const won = parts.flatMap((name, index) => (index % 2 === 0 && parts[index + 1]?.includes(canary) === true ? [name] : []))
    expect([parts.length / 2, won]).toEqual([Object.keys(thefts()).length, []])
  },
  120_000,
)

shutIn(
  'nothing outside is changed, ended or added',
  async () => {
    const own = join(clone.repository.gitDir, 'config')
    const before = [snapshot(repo.root), snapshot(join(place, 'home')), snapshot(join(place, 'job')), readFileSync(own, 'utf8')]
    // Killing all takes the shell of the script itself with it, so it comes last.
    await inside(clone, played(writes()))
    expect([snapshot(repo.root), snapshot(join(place, 'home')), snapshot(join(place, 'job')), readFileSync(own, 'utf8')]).toEqual(before)
    const left = ['/tmp', '/var/tmp', '/usr/bin', '/usr/local/bin', '/etc', '/opt', '', '/sys/fs/cgroup', homedir(), join(tree(), '..')].filter((folder) =>
      existsSync(`${folder}/${canary}`),
    )
    const won = readdirSync(join(place, 'exchange'))
    expect([left, won, existsSync(marker), wordsOf(victim.pid ?? 0).includes(victimWord)]).toEqual([[], [], false, true])
  },
  120_000,
)

shutIn(
  'no daemon outlives it',
  async () => {
    const nap = (word: string): string => `/bin/sh -c 'trap "" TERM HUP INT; while :; do /bin/sleep 0.1; done' ${canary}-${word}`
    await inside(
      clone,
      `nohup ${nap('nohup')} > /dev/null 2>&1 &
    setsid ${nap('setsid')} > /dev/null 2>&1 &
    ( ( setsid env -i ${nap('orphan')} > /dev/null 2>&1 & ) & )
    ( unshare -Urpf setsid ${nap('namespace')} > /dev/null 2>&1 & )
    ( perl -e 'use POSIX; fork and exit; POSIX::setsid(); fork and exit; exec @ARGV' ${nap('perl')} > /dev/null 2>&1 & )
    systemd-run --user ${nap('systemd')}; echo "${nap('at')}" | at now; echo '* * * * * ${nap('cron')}' | crontab -
    sleep 0.5`,
    )
    const alive = (): boolean => readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && wordsOf(pid).some((word) => word.startsWith(`${canary}-`)))
    expect(await fact(() => !alive(), 5000)).toBe(true)
  },
  60_000,
)

/** What it leaves in its clone for whoever runs git there next. P is the payload. */
const plants: Readonly<Record<string, string>> = {
  'watcher of files': 'git config core.fsmonitor "$P"',
  hooks:
    'for hook in post-checkout pre-commit post-commit reference-transaction post-index-change pre-auto-gc post-merge post-rewrite update pre-receive post-receive; do mkdir -p $G/hooks; cp "$P" $G/hooks/$hook; done',
  'folder of hooks': 'git config core.hooksPath "$G/hooks"',
  filter:
    'git config filter.evil.clean "$P"; git config filter.evil.smudge "$P"; git config filter.evil.process "$P"; git config filter.evil.required true; echo "* filter=evil diff=evil merge=evil" > .gitattributes',
  'program for differences': 'git config diff.evil.textconv "$P"; git config diff.evil.command "$P"; git config diff.external "$P"',
  'program for merges': 'git config merge.evil.driver "$P"; git config merge.default evil; git config mergetool.evil.cmd "$P"',
  'hook of upload-pack': 'git config uploadpack.packObjectsHook "$P"',
  transport:
    'git config core.sshCommand "$P"; git config remote.origin.url "ext::$P"; git config remote.origin.uploadpack "$P"; git config protocol.ext.allow always; git config core.gitProxy "$P"',
  'promised objects': 'git config extensions.partialClone origin; git config remote.origin.promisor true; git config core.repositoryFormatVersion 1',
  include:
    'printf "[core]\\n\\tfsmonitor = %s\\n" "$P" > evil.cfg; git config include.path "$PWD/evil.cfg"; git config "includeIf.gitdir:/.path" "$PWD/evil.cfg"',
  aliases:
    'git config alias.status "!$P"; git config alias.add "!$P"; git config core.pager "$P"; git config core.editor "$P"; git config sequence.editor "$P"',
  signatures: 'git config commit.gpgSign true; git config gpg.program "$P"; git config gpg.ssh.program "$P"; git config log.showSignature true',
  logins: 'git config credential.helper "!$P"; git config core.askPass "$P"',
  'names of other refs': 'git config core.alternateRefsCommand "$P"',
  'settings of the worktree': 'git config extensions.worktreeConfig true; printf "[core]\\n\\tfsmonitor = %s\\n" "$P" > $G/config.worktree',
  'other folder of git': 'rm -f .git; mkdir .git; cp -r $G/. .git/; printf "[core]\\n\\tfsmonitor = %s\\n" "$P" >> .git/config',
  commondir: 'mkdir -p evilcommon; cp -r $G/. evilcommon/; echo "$PWD/evilcommon" > $G/commondir',
  'repository inside':
    'mkdir -p nested; cd nested; git init -q; git config core.fsmonitor "$P"; echo x > x; git config filter.evil.clean "$P"; echo "* filter=evil" > .gitattributes; git add -A; git commit -qm x; git config filter.evil.clean "$P"; echo y > x',
  // At the very commit that is wanted, so that git looks whether its files differ.
  'submodule with a repository':
    'id=$(git rev-parse :sub); mkdir -p sub; cd sub; git init -q; cp $G/objects/info/alternates .git/objects/info/; git update-ref --no-deref HEAD $id; git reset -q --hard; git config core.fsmonitor "$P"; git config filter.evil.clean "$P"; echo "* filter=evil" > .git/info/attributes; sleep 0.05; echo b > src/a.ts',
  'settings for submodules':
    'printf "[submodule \\"sub\\"]\\n\\tpath = sub\\n\\turl = ext::%s\\n\\tupdate = !%s\\n" "$P" "$P" > .gitmodules; git config submodule.sub.update "!$P"; git config submodule.recurse true; git config status.submoduleSummary true',
  'bare repository in the tree': 'mkdir bare; cd bare; git init -q --bare .; git config core.fsmonitor "$P"; git config core.worktree "$PWD"',
  'home of the agent':
    'printf "[core]\\n\\tfsmonitor = %s\\n\\thooksPath = /tmp\\n" "$P" > $HOME/.gitconfig; printf "[core]\\n\\tfsmonitor = %s\\n" "$P" > .gitconfig',
  'files of attributes': 'git config core.attributesFile "$PWD/.gitattributes"; echo "* filter=evil" > $G/info/attributes; echo "*" > $G/info/exclude',
  'programs named git':
    'mkdir -p node_modules/.bin; for name in git sh bwrap env index-pack git-index-pack; do cp "$P" node_modules/.bin/$name; cp "$P" $name; done',
  'objects of others': `echo ${place}/other > $G/objects/info/alternates; ln -s /etc $G/objects/ff; mkfifo $G/objects/pack/pack-00.pack; ln -s /dev/zero $G/objects/pack/pack-01.pack`,
  'pipes and links for refs':
    'mkfifo $G/refs/heads/pipe; rm -f $G/packed-refs; ln -s /dev/zero $G/packed-refs; rm -f $G/index; mkfifo $G/index; rm -f $G/shallow; mkfifo $G/shallow',
}

/** All that pawl and its user do with a clone and what came of it. */
async function touched(of: LeasedClone): Promise<readonly string[]> {
  const answers = [await fetchBack(checkout, of.lease), await treeOfClone(of)]
  const asked = [
    ['status', '--porcelain', '--ignore-submodules=all'],
    ['diff', '--no-ext-diff', '--no-textconv', '--ignore-submodules=all', 'HEAD'],
    ['ls-files', '-s', '--others', '--exclude-standard'],
    ['log', '-p', '-1'],
  ]
  for (const args of asked) await gitIn(of.repository, args)
  for (const args of [
    ['log', '-p', '--no-textconv', of.lease.branch],
    ['diff', '--no-textconv', `HEAD...${of.lease.branch}`],
    ['merge-tree', '--write-tree', 'HEAD', of.lease.branch],
    ['gc', '-q'],
    ['status'],
  ])
    await gitIn(checkout, args)
  return answers.flatMap((answer) => (answer.ok ? [] : answer.failures.map((failure) => `${failure.what}: ${failure.why ?? ''}`)))
}

shutIn(
  'nothing that it plants in its clone runs when pawl looks at it',
  async () => {
    const payload = join(place, 'exchange', 'payload')
    writeFileSync(payload, `#!/bin/sh\necho "$0 $*" >> ${marker}\ncat\n`)
    chmodSync(payload, 0o755)
    const ran: string[] = []
    const apart = [
      'other folder of git',
      'commondir',
      'repository inside',
      'submodule with a repository',
      'bare repository in the tree',
      'objects of others',
      'pipes and links for refs',
    ]
    const names = Object.keys(plants)
    const groups = [names.filter((name) => !apart.includes(name)), ...apart.map((name) => [name])]
    expect(names.length).toBeGreaterThanOrEqual(25)
    for (const group of groups) {
      const own = await leased()
      const scripts = group.map((name) => `( ${plants[name] ?? ''} ) 2>/dev/null`).join('\n')
      await inside(
        own,
        `P=${payload} G=${own.agentGit}; export P G; git config --global user.name a; git config --global user.email a@b; echo b >> src/a.ts; git add src; git commit -qm work; echo c >> src/a.ts\n${scripts}`,
      )
      const refused = await touched(own)
      if (existsSync(marker)) ran.push(`${group.join(', ')}: ${readFileSync(marker, 'utf8')}`)
      // git itself refuses to add such a repository; everything else has to work.
      if (refused.length > 0 && !group.includes('repository inside')) ran.push(`${group.join(', ')}: ${refused.join('; ')}`)
      rmSync(marker, { force: true })
    }
    expect(ran).toEqual([])
    // The payload is one: run by hand it leaves its mark.
    userGit(place, ['-c', `alias.x=!${payload} < /dev/null`, 'x'])
    expect(existsSync(marker)).toBe(true)
  },
  240_000,
)
