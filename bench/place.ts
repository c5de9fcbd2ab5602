/** Where the benchmark works: the peers' packages, the stand-in for npm, scratch folders, and the environment that every tool gets. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

export type Place = {
  readonly work: string
  /** node_modules of the peers. */
  readonly peers: string
  readonly pawl: string
  /** Node 24: some peers need it. */
  readonly node: string
  readonly standInNpm: string
}

export const newPlace = (): Place => {
  const work = mkdtempSync(join(tmpdir(), 'pawl-bench-'))
  const own = (path: string): string => join(import.meta.dirname, path)
  const place = {
    work,
    peers: own('peers/node_modules'),
    pawl: own('../dist/pawl'),
    node: own('../node_modules/node/bin/node'),
    standInNpm: join(work, 'npm'),
  }
  standIn(place.standInNpm)
  return place
}

export const leave = (place: Place): void => rmSync(place.work, { recursive: true, force: true })

/** Installs the peers apart from the package's own dependencies, and Debian's programs where that is possible. Whatever fails is told. */
export function installPeers(place: Place): void {
  const folder = join(import.meta.dirname, 'peers')
  if (!existsSync(join(place.peers, '.package-lock.json'))) {
    console.log('installing the peers')
    const { status } = spawnSync('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    if (status !== 0) console.log('the peers of npm could not be installed')
  }
  const debian = { ninja: 'ninja-build', make: 'make', 'pre-commit': 'pre-commit', time: 'time' }
  const missing = Object.entries(debian).filter(([program]) => !existsSync(`/usr/bin/${program}`))
  if (missing.length === 0 || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  spawnSync('apt-get', ['update', '--quiet'], { stdio: 'ignore' })
  spawnSync('apt-get', ['install', '--yes', '--quiet', '--no-install-recommends', ...missing.map(([, name]) => name)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** Nothing of the user's environment; no telemetry, no network, and a home of its own for each tool. */
export function environment(
  place: Place,
  home: string,
  more: { readonly realNpm?: true; readonly env?: Readonly<Record<string, string>> },
): Record<string, string> {
  const system = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  const own = [join(place.node, '..'), join(place.peers, '.bin')]
  return {
    PATH: [...(more.realNpm ? [] : [place.standInNpm]), ...own, ...system].join(delimiter),
    HOME: home,
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    DO_NOT_TRACK: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    NX_NO_CLOUD: 'true',
    NX_SKIP_NX_CACHE: 'false',
    MISE_TRUSTED_CONFIG_PATHS: place.work,
    MISE_EXPERIMENTAL: '1',
    WIREIT_PARALLEL: '2',
    ...more.env,
  }
}

/** An npm that starts the three scripts of the monorepo without Node; for everything else it is the real one. */
function standIn(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const text = [
    '#!/bin/sh',
    'if [ "$1" = --version ]; then echo 10.9.4; exit; fi',
    'if [ "$1" = run ]; then case "$2" in build | lint | test) exec sh "../../tools/$2.sh" ;; esac; fi',
    'PATH="${PATH#*:}"',
    'exec npm "$@"',
    '',
  ]
  writeFileSync(join(folder, 'npm'), text.join('\n'))
  chmodSync(join(folder, 'npm'), 0o755)
}
