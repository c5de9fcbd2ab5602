/** A remote that lies on disk and looks as if it were one elsewhere, with a login in its address. */
import { chmodSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Repo } from './rig.ts'

/** The folder of the bare repository; the default branch has been pushed there, and follows it. */
export function remoteOnDisk(repo: Repo): string {
  const bare = join(dirname(repo.root), 'bare.git')
  repo.git('init', '--quiet', '--bare', bare)
  const ssh = repo.script(
    'ssh',
    `for last; do :; done\ncase "$last" in *receive-pack*) exec git-receive-pack ${bare} ;; *) exec git-upload-pack ${bare} ;; esac`,
  )
  repo.git('remote', 'add', 'origin', 'ssh://git:secret-login@hub.invalid/acme/app.git')
  repo.git('config', 'core.sshCommand', ssh)
  repo.git('push', '--quiet', '--set-upstream', 'origin', 'trunk')
  return bare
}

/** An environment in which `gh` is this script. */
export function withHub(repo: Repo, script: string): Readonly<Record<string, string>> {
  const program = repo.script('bin/gh', script)
  chmodSync(program, 0o755)
  return { PATH: `${dirname(program)}:${process.env['PATH'] ?? ''}` }
}
