/** A clone of the project that walks from commit to commit, with its dependencies installed and one pawl.yaml for all of them. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, copyFileSync, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Commit } from './facts.ts'
import type { ReplayOptions } from './options.ts'

export type Checkout = {
  readonly root: string
  /** Resolves to whether the dependencies were installed anew. */
  go(commit: string): boolean
  /** Takes everything away that git does not know, but for what is installed. */
  clean(): void
}

/** Nothing of pawl's own packages may be found in the place of the project's. */
export const projectEnvironment = (): Record<string, string> => {
  const own = join(import.meta.dirname, '../..')
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.startsWith(own))
  const inherited = Object.entries(process.env).flatMap(([name, value]) => (value === undefined || name.startsWith('npm_lifecycle') ? [] : [[name, value]]))
  return { ...(Object.fromEntries(inherited) as Record<string, string>), PATH: path.join(delimiter) }
}

const git = (root: string, ...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 })

/** First parents, oldest first. */
export function commitsOf({ repo, since, until }: ReplayOptions): readonly Commit[] {
  const [first, last] = [since, until].map((name) => git(repo, 'rev-parse', '--verify', `${name}^{commit}`).trim())
  const lines = git(repo, 'log', '--first-parent', '--reverse', '--format=%H %ct', last ?? '')
    .trim()
    .split('\n')
  const commits = lines.map((line) => ({ hash: line.split(' ')[0] ?? '', at: Number(line.split(' ')[1]) * 1000 }))
  const start = commits.findIndex(({ hash }) => hash === first)
  if (start < 0) throw new Error(`${since} is no first parent of ${until}`)
  return commits.slice(start)
}

export function newCheckout(root: string, options: ReplayOptions): Checkout {
  execFileSync('git', ['clone', '--quiet', '--no-checkout', '--shared', options.repo, root], { stdio: 'inherit' })
  appendFileSync(join(root, '.git/info/exclude'), '/pawl.yaml\n')
  let installed: string | undefined
  return {
    root,
    go(commit) {
      git(root, 'checkout', '--quiet', '--force', '--detach', commit)
      copyFileSync(options.config, join(root, 'pawl.yaml'))
      const wanted = createHash('sha256')
      for (const file of options.lockfiles) if (existsSync(join(root, file))) wanted.update(`${file}\0`).update(readFileSync(join(root, file)))
      const digest = wanted.digest('hex')
      if (options.install === undefined || digest === installed) return false
      const { status } = spawnSync('sh', ['-c', options.install], { cwd: root, env: projectEnvironment(), stdio: ['ignore', 'ignore', 'inherit'] })
      if (status !== 0) throw new Error(`at ${commit} the dependencies could not be installed`)
      installed = digest
      return true
    },
    clean: () => void git(root, 'clean', '--quiet', '--force', '-dx', '--exclude=node_modules', '--exclude=pawl.yaml'),
  }
}
