/** The runners that compare file times alone: ninja, make, and mise without its cache. */
import { join } from 'node:path'
import { needsOf, outputOf, scripts, sourcesOf, type Monorepo, type Package, type Script } from '../monorepo.ts'
import { parallelism, type Runner } from '../runner.ts'

export const ninja: Runner = {
  name: 'ninja',
  program: () => '/usr/bin/ninja',
  files: (repo) => ({ 'build.ninja': ninjaFile(repo) }),
  argv: (program) => [program, '--quiet', `-j${parallelism}`],
  plan: (program) => [program, '-n'],
  state: () => ['.stamps', '.ninja_log', '.ninja_deps'],
  note: 'compares file times; restores nothing, so what is deleted is built again',
}

export const make: Runner = {
  name: 'make',
  program: () => '/usr/bin/make',
  files: (repo) => ({ Makefile: makefile(repo) }),
  argv: (program) => [program, '--silent', `-j${parallelism}`, 'all'],
  plan: (program) => [program, '--dry-run', 'all'],
  state: () => ['.stamps'],
  note: 'compares file times; restores nothing, so what is deleted is built again',
}

export const miseTimes: Runner = {
  name: 'mise, file times',
  program: (place) => join(place.peers, '@jdxcode/mise-linux-x64/bin/mise'),
  files: (repo) => ({ 'mise.toml': miseFile(repo, false) }),
  argv: (program) => [program, 'run', '--jobs', String(parallelism), '--output', 'quiet', 'all'],
  plan: (program) => [program, 'run', '--dry-run', 'all'],
  note: 'restores nothing, so what is deleted is built again',
}

export const miseContent: Runner = {
  ...miseTimes,
  name: 'mise, content',
  files: (repo) => ({ 'mise.toml': miseFile(repo, true) }),
  note: 'with its experimental artifact cache',
}

const stamp = (pkg: Package, script: Script): string => (script === 'build' ? outputOf(pkg) : `.stamps/${pkg.name}-${script}`)

/** Builds leave their output, the others a stamp. A build that fails half-way is none of our cases. */
const shellOf = (pkg: Package, script: Script): string =>
  `cd ${pkg.folder} && exec sh ../../tools/${script}.sh${script === 'build' ? '' : ` ../../${stamp(pkg, script)}`}`

const filesNeeded = (repo: Monorepo, pkg: Package, script: Script): string[] => {
  const packages = new Map(repo.packages.map((each) => [each.name, each]))
  return needsOf(script, pkg).flatMap(([name, needed]) => {
    const found = packages.get(name)
    return found === undefined ? [] : [stamp(found, needed)]
  })
}

const eachTask = (repo: Monorepo, text: (pkg: Package, script: Script) => readonly string[]): string[] =>
  repo.packages.flatMap((pkg) => scripts.flatMap((script) => text(pkg, script)))

function ninjaFile(repo: Monorepo): string {
  const builds = eachTask(repo, (pkg, script) => [
    `build ${stamp(pkg, script)}: run ${[...sourcesOf(pkg), `${pkg.folder}/package.json`, ...filesNeeded(repo, pkg, script)].join(' ')}`,
    `  cmd = ${shellOf(pkg, script)}`,
  ])
  return ['rule run', '  command = $cmd', ...builds, ''].join('\n')
}

function makefile(repo: Monorepo): string {
  const rules = eachTask(repo, (pkg, script) => [
    `all: ${stamp(pkg, script)}`,
    `${stamp(pkg, script)}: ${[...sourcesOf(pkg), `${pkg.folder}/package.json`, ...filesNeeded(repo, pkg, script)].join(' ')}${script === 'build' ? '' : ' | .stamps'}`,
    `\t${shellOf(pkg, script)}`,
  ])
  return ['MAKEFLAGS += --no-builtin-rules', '.SUFFIXES:', '.PHONY: all', 'all:', '.stamps:', '\tmkdir .stamps', ...rules, ''].join('\n')
}

function miseFile(repo: Monorepo, cached: boolean): string {
  const tasks = eachTask(repo, (pkg, script) => [
    `[tasks."${pkg.name}:${script}"]`,
    `dir = "{{config_root}}/${pkg.folder}"`,
    `run = "sh ../../tools/${script}.sh"`,
    `sources = ["src/**", "package.json"${script === 'test' ? ', "dist/**"' : ''}]`,
    ...(script === 'build' ? ['outputs = ["dist/out.txt"]'] : cached ? ['outputs = []'] : []),
    `depends = ${JSON.stringify(needsOf(script, pkg).map((need) => need.join(':')))}`,
    ...(cached ? ['cache = { enabled = true }'] : []),
  ])
  const all = eachTask(repo, (pkg, script) => [`${pkg.name}:${script}`])
  return ['[settings]', 'experimental = true', ...tasks, '[tasks.all]', `depends = ${JSON.stringify(all)}`, ''].join('\n')
}
