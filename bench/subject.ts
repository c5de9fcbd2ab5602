/** A runner with its own copy of the monorepo, and what may be asked and done there. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { measure, type Command, type Measured } from './measure.ts'
import { generate, git, outputOf, type Monorepo, type Package } from './monorepo.ts'
import { environment, type Place } from './place.ts'
import type { Runner } from './runner.ts'

export type Subject = { readonly runner: Runner; readonly repo: Monorepo; readonly home: string; readonly place: Place; readonly scratch: string }

/** `beside`: the subject whose repository it shares instead of having its own. */
export function newSubject(runner: Runner, size: number, place: Place, beside?: Subject): Subject {
  const name = runner.name.replaceAll(/[^\w]+/g, '-')
  const folder = join(place.work, String(size), name)
  mkdirSync(join(folder, 'home'), { recursive: true })
  mkdirSync(join(folder, 'repo'))
  const repo = beside?.repo ?? generate(join(folder, 'repo'), size, join(folder, 'executed.log'), (written) => runner.files(written))
  if (beside === undefined) linkModules(repo.root, place, repo.packages)
  return { runner, repo, home: join(folder, 'home'), place, scratch: folder }
}

/** As an installation leaves it, the packages of the peers being links: a folder of its own, since some tools keep their cache in it. */
export function linkModules(root: string, place: Place, packages: readonly Package[] = []): void {
  const folder = join(root, 'node_modules')
  mkdirSync(join(folder, '@bench'), { recursive: true })
  const installed = existsSync(place.peers) ? readdirSync(place.peers).filter((name) => name === '.bin' || !name.startsWith('.')) : []
  for (const name of installed) symlinkSync(join(place.peers, name), join(folder, name))
  for (const pkg of packages) symlinkSync(join('../..', pkg.folder), join(folder, '@bench', pkg.name))
}

export const commandIn = ({ runner, home, place }: Subject, argv: readonly string[], cwd: string): Command => ({
  argv,
  cwd,
  env: environment(place, home, runner),
})

export const runAll = (subject: Subject, cwd: string, what: 'times' | 'memory' = 'times'): Measured =>
  measure(commandIn(subject, subject.runner.argv(subject.runner.program(subject.place), subject.place), cwd), subject.scratch, what)

/** The tasks that were executed since `forgetExecuted`, sorted. */
export const executed = ({ repo }: Subject): string[] => readFileSync(repo.log, 'utf8').split('\n').filter(Boolean).sort()
export const forgetExecuted = ({ repo }: Subject): void => writeFileSync(repo.log, '')

/** Packages whose output is not what their sources ask for. */
export function wrongOutputs({ repo }: Subject, root: string): string[] {
  return repo.packages
    .filter((pkg) => {
      const path = join(root, outputOf(pkg))
      if (!existsSync(path)) return true
      const first = readFileSync(join(root, pkg.folder, 'src/file-00.txt'), 'utf8').split('\n')[0] ?? ''
      const lines = readFileSync(path, 'utf8').split('\n')
      return lines[0] !== first || lines.length !== 21
    })
    .map(({ name }) => name)
}

/** Back to what is committed; all up to date, so that the next scenario starts from there. */
export function settle(subject: Subject): string | undefined {
  git(subject.repo.root, 'checkout', '--quiet', '--', '.')
  const run = runAll(subject, subject.repo.root)
  git(subject.repo.root, 'status', '--porcelain')
  if (run.exitCode !== 0) return `exit code ${run.exitCode}: ${lastLines(run.output())}`
  const wrong = wrongOutputs(subject, subject.repo.root)
  return wrong.length > 0 ? `outputs missing or wrong in ${wrong.length} packages` : undefined
}

export const lastLines = (text: string): string => text.trim().split('\n').slice(-6).join(' | ').slice(0, 600)
