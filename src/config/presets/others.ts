/** Recognises the ecosystems that need no more than a table: manifest → checks with their exact commands. */
import type { Files } from '../../model/files.ts'
import type { Preset } from '../preset.ts'
import type { CheckConfig } from '../check-shape.ts'
import { ages } from './ages.ts'
import { newGathering } from './gathering.ts'

export const others: Preset = {
  name: 'others',
  async detect(files, before) {
    const gathering = newGathering(before)
    for (const ecosystem of ecosystems) {
      const manifest = (await files.glob(ecosystem.manifests))[0]
      if (manifest === undefined) continue
      gathering.found(ecosystem.name, manifest)
      if (ecosystem.remark !== undefined) gathering.remark(ecosystem.remark, manifest)
      for (const row of ecosystem.rows) {
        if (!(await applies(row, files))) continue
        const needs = row.config.needs?.filter((need) => gathering.has(need))
        gathering.check(row.id, { install: ecosystem.install, reason: manifest, ...row.config, ...(needs === undefined ? {} : { needs }) })
      }
    }
    return gathering.detected()
  },
}

type Row = {
  readonly id: string
  /** Only with one of these files, and without any of those. */
  readonly only?: readonly string[]
  readonly unless?: readonly string[]
  /** And only with this one. */
  readonly and?: string
  readonly config: CheckConfig
}

type Ecosystem = {
  readonly name: string
  readonly manifests: readonly string[]
  readonly install: string
  readonly remark?: string
  readonly rows: readonly Row[]
}

async function applies(row: Row, files: Files): Promise<boolean> {
  if (row.unless !== undefined && (await files.glob(row.unless)).length > 0) return false
  if (row.and !== undefined && !(await files.exists(row.and))) return false
  return row.only === undefined || (await files.glob(row.only)).length > 0
}

const one = { pass: [0], findings: [1] }
const any = { pass: [0], findings: 'other' as const }
const dependencies = { stage: 'dependencies', ttl: ages.dependencySync, parser: 'none' as const, timeout: '10m' }
const linter = { fast: true, exits: one, parser: 'gnu' as const }
const tests = { exits: any, parser: 'none' as const, timeout: '1h' }
const tracked = (...command: string[]): NonNullable<CheckConfig['fix']> => ({ command, level: 'tracked', exits: { pass: [0, 1] } })
const safe = (...command: string[]): NonNullable<CheckConfig['fix']> => ({ command, level: 'safe', timeout: '15m' })

const ecosystems: readonly Ecosystem[] = [
  {
    name: 'ruby',
    manifests: ['Gemfile'],
    install: 'gem install bundler',
    rows: [
      // Frozen: without it `bundle check` may rewrite Gemfile.lock.
      {
        id: 'bundle:installed',
        config: {
          ...dependencies,
          command: ['bundle', 'check'],
          env: { BUNDLE_FROZEN: 'true' },
          inputs: ['Gemfile', 'Gemfile.lock', '*.gemspec'],
          exits: any,
          fix: { command: ['bundle', 'install'], env: { BUNDLE_FROZEN: 'true' }, level: 'safe', timeout: '15m' },
        },
      },
      {
        id: 'rubocop',
        only: ['.rubocop.yml'],
        config: {
          ...linter,
          command: ['bundle', 'exec', 'rubocop', '--force-exclusion', '--format', 'emacs', '{files}'],
          whole: [],
          files: ['**/*.rb', '**/Gemfile', '**/Rakefile', '**/*.rake', '**/*.gemspec'],
          needs: ['bundle:installed'],
          fix: tracked('bundle', 'exec', 'rubocop', '--autocorrect'),
        },
      },
      { id: 'rspec', only: ['.rspec', 'spec/**/*_spec.rb'], config: { ...tests, command: ['bundle', 'exec', 'rspec'], needs: ['bundle:installed'] } },
      {
        id: 'rake-test',
        only: ['test/**/*_test.rb', 'test/**/test_*.rb'],
        and: 'Rakefile',
        unless: ['bin/rails', '.rspec'],
        config: { ...tests, command: ['bundle', 'exec', 'rake', 'test'], needs: ['bundle:installed'] },
      },
      {
        id: 'rails-test',
        only: ['bin/rails'],
        unless: ['.rspec'],
        config: { ...tests, command: ['bundle', 'exec', 'rails', 'test'], needs: ['bundle:installed'] },
      },
    ],
  },
  {
    name: 'composer',
    manifests: ['composer.json'],
    install: 'https://getcomposer.org/download/',
    rows: [
      {
        id: 'composer:lockfile',
        config: {
          ...dependencies,
          ttl: ages.lockfile,
          command: ['composer', 'validate', '--no-check-publish', '--no-check-all', '--no-interaction'],
          inputs: ['composer.json', 'composer.lock'],
          exits: { pass: [0], findings: [1, 2] },
          fix: { command: ['composer', 'update', '--lock', '--no-interaction'], level: 'lock' },
        },
      },
      {
        id: 'composer:installed',
        config: {
          ...dependencies,
          builtin: 'dry-run',
          with: {
            argv: ['composer', 'install', '--dry-run', '--no-interaction'],
            done: 'Nothing to install, update or remove',
            pending: 'Package operations:',
          },
          tools: ['composer'],
          inputs: ['composer.json', 'composer.lock'],
          extra: ['vendor/composer/installed.json'],
          needs: ['composer:lockfile'],
          fix: { command: ['composer', 'install', '--no-interaction'], level: 'safe', writes: ['vendor'], timeout: '15m' },
        },
      },
      {
        id: 'php-cs-fixer',
        only: ['.php-cs-fixer.php', '.php-cs-fixer.dist.php'],
        config: {
          fast: true,
          command: ['vendor/bin/php-cs-fixer', 'fix', '--dry-run'],
          files: ['**/*.php'],
          exits: { pass: [0], findings: [4, 8, 12] },
          parser: 'none',
          needs: ['composer:installed'],
          fix: tracked('vendor/bin/php-cs-fixer', 'fix'),
        },
      },
      {
        id: 'phpstan',
        only: ['phpstan.neon', 'phpstan.neon.dist', 'phpstan.dist.neon'],
        config: {
          ...linter,
          command: ['vendor/bin/phpstan', 'analyse', '--no-progress', '--error-format=raw'],
          files: ['**/*.php'],
          needs: ['composer:installed'],
          timeout: '15m',
        },
      },
      {
        id: 'phpunit',
        only: ['phpunit.xml', 'phpunit.xml.dist', 'phpunit.dist.xml'],
        config: { ...tests, command: ['vendor/bin/phpunit'], needs: ['composer:installed'] },
      },
    ],
  },
  {
    name: 'dotnet',
    manifests: ['*.sln', '*.slnx', '*.csproj', '*.fsproj', 'src/*/*.csproj'],
    install: 'https://dotnet.microsoft.com/download',
    rows: [
      {
        id: 'dotnet:restored',
        only: ['**/packages.lock.json'],
        config: {
          ...dependencies,
          command: ['dotnet', 'restore', '--locked-mode'],
          inputs: ['**/*.csproj', '**/*.fsproj', '**/*.props', '**/*.sln', '**/packages.lock.json', 'global.json', 'nuget.config'],
          exits: one,
          fix: { command: ['dotnet', 'restore', '--force-evaluate'], level: 'lock' },
        },
      },
      {
        id: 'dotnet-format',
        only: ['.editorconfig'],
        config: {
          fast: true,
          command: ['dotnet', 'format', '--verify-no-changes'],
          files: ['**/*.cs', '**/*.vb'],
          exits: { pass: [0], findings: [2] },
          parser: 'tsc',
          severity: 'advisory',
          needs: ['dotnet:restored'],
          timeout: '15m',
          fix: tracked('dotnet', 'format'),
        },
      },
      { id: 'dotnet-test', config: { ...tests, command: ['dotnet', 'test', '--nologo'], needs: ['dotnet:restored'], mutex: 'dotnet', parser: 'tsc' } },
    ],
  },
  {
    name: 'gradle',
    manifests: ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'],
    install: 'https://gradle.org/install/',
    rows: [
      { id: 'gradle-check', only: ['gradlew'], config: { ...tests, command: ['./gradlew', 'check', '--console=plain'], mutex: 'gradle' } },
      { id: 'gradle-check', unless: ['gradlew'], config: { ...tests, command: ['gradle', 'check', '--console=plain'], mutex: 'gradle' } },
    ],
  },
  {
    name: 'maven',
    manifests: ['pom.xml'],
    install: 'https://maven.apache.org/install.html',
    rows: [
      { id: 'maven-verify', only: ['mvnw'], config: { ...tests, command: ['./mvnw', '-B', '-ntp', 'verify'], mutex: 'maven' } },
      { id: 'maven-verify', unless: ['mvnw'], config: { ...tests, command: ['mvn', '-B', '-ntp', 'verify'], mutex: 'maven' } },
    ],
  },
  {
    name: 'dart',
    manifests: ['pubspec.yaml'],
    install: 'https://dart.dev/get-dart',
    rows: [
      {
        id: 'dart:lockfile',
        only: ['pubspec.lock'],
        config: {
          ...dependencies,
          command: ['dart', 'pub', 'get', '--dry-run', '--enforce-lockfile'],
          inputs: ['**/pubspec.yaml', 'pubspec.lock'],
          exits: any,
          fix: safe('dart', 'pub', 'get', '--enforce-lockfile'),
        },
      },
      {
        id: 'dart-format',
        config: {
          fast: true,
          command: ['dart', 'format', '--output', 'none', '--set-exit-if-changed', '{files}'],
          files: ['**/*.dart'],
          exits: one,
          parser: 'lines',
          needs: [],
          fix: tracked('dart', 'format', '{files}'),
        },
      },
      {
        id: 'dart-analyze',
        config: {
          fast: true,
          command: ['dart', 'analyze'],
          files: ['**/*.dart'],
          exits: { pass: [0], findings: [1, 2, 3] },
          parser: 'gnu',
          needs: ['dart:lockfile'],
        },
      },
      { id: 'dart-test', only: ['test/**/*_test.dart'], config: { ...tests, command: ['dart', 'test'], needs: ['dart:lockfile'] } },
    ],
  },
  {
    name: 'elixir',
    manifests: ['mix.exs'],
    install: 'https://elixir-lang.org/install.html',
    rows: [
      {
        id: 'mix:installed',
        only: ['mix.lock'],
        config: {
          ...dependencies,
          command: ['mix', 'deps.loadpaths', '--no-compile'],
          inputs: ['mix.exs', 'mix.lock'],
          exits: one,
          fix: { command: ['mix', 'deps.get', '--check-locked'], level: 'safe', writes: ['deps'], timeout: '15m' },
        },
      },
      {
        id: 'mix-format',
        config: {
          fast: true,
          command: ['mix', 'format', '--check-formatted'],
          files: ['**/*.ex', '**/*.exs', '**/*.heex'],
          exits: one,
          parser: 'none',
          needs: ['mix:installed'],
          fix: tracked('mix', 'format'),
        },
      },
      {
        id: 'credo',
        only: ['.credo.exs'],
        config: { ...linter, exits: any, command: ['mix', 'credo', '--format', 'flycheck'], files: ['**/*.ex', '**/*.exs'], needs: ['mix:installed'] },
      },
      { id: 'mix-test', only: ['test/**/*_test.exs'], config: { ...tests, command: ['mix', 'test'], needs: ['mix:installed'], mutex: 'mix' } },
    ],
  },
  {
    name: 'deno',
    manifests: ['deno.json', 'deno.jsonc'],
    install: 'https://docs.deno.com/runtime/getting_started/installation/',
    rows: [
      {
        id: 'deno:installed',
        only: ['deno.lock'],
        config: {
          ...dependencies,
          command: ['deno', 'install', '--frozen', '--cached-only'],
          inputs: ['**/deno.json', '**/deno.jsonc', 'deno.lock', 'package.json'],
          exits: one,
          fix: safe('deno', 'install', '--frozen'),
        },
      },
      {
        id: 'deno-fmt',
        config: {
          fast: true,
          command: ['deno', 'fmt', '--check', '{files}'],
          files: ['**/*.ts', '**/*.tsx', '**/*.js', '**/*.jsx', '**/*.json', '**/*.md'],
          whole: [],
          exits: one,
          parser: 'none',
          needs: [],
          fix: { command: ['deno', 'fmt', '{files}'], level: 'tracked', whole: [] },
        },
      },
      {
        id: 'deno-lint',
        config: { ...linter, command: ['deno', 'lint', '--compact', '{files}'], files: ['**/*.ts', '**/*.tsx', '**/*.js', '**/*.jsx'], whole: [], needs: [] },
      },
      {
        id: 'deno-test',
        only: ['**/*_test.ts', '**/*.test.ts', '**/*_test.js'],
        config: { ...tests, command: ['deno', 'test', '--allow-all', '--frozen'], needs: ['deno:installed'] },
      },
    ],
  },
  {
    name: 'swift',
    manifests: ['Package.swift'],
    install: 'https://www.swift.org/install/',
    rows: [
      { id: 'swift-build', config: { ...tests, command: ['swift', 'build', '--build-tests'], parser: 'gnu', mutex: 'swift' } },
      { id: 'swift-test', only: ['Tests/**/*.swift'], config: { ...tests, command: ['swift', 'test'], parser: 'gnu', mutex: 'swift' } },
    ],
  },
  {
    name: 'terraform',
    manifests: ['*.tf', 'terraform/*.tf', 'infra/*.tf'],
    install: 'https://developer.hashicorp.com/terraform/install',
    remark: 'terraform validate needs `terraform init` and its providers: it is not planned by itself',
    rows: [
      {
        id: 'terraform-fmt',
        config: {
          fast: true,
          command: ['terraform', 'fmt', '-check', '-recursive'],
          files: ['**/*.tf', '**/*.tfvars'],
          inputs: ['**/*.tf', '**/*.tfvars'],
          exits: { pass: [0], findings: [3] },
          parser: 'file-list',
          needs: [],
          fix: { command: ['terraform', 'fmt', '-recursive'], level: 'tracked' },
        },
      },
    ],
  },
  {
    name: 'cmake',
    manifests: ['CMakeLists.txt'],
    install: 'https://cmake.org/download/',
    remark: 'CMake says neither where to build nor how to configure: write the check that you use into pawl.yaml',
    rows: [],
  },
  {
    name: 'brew',
    manifests: ['Brewfile'],
    install: 'https://brew.sh',
    rows: [
      {
        id: 'brew:installed',
        config: {
          command: ['brew', 'bundle', 'check', '--no-upgrade'],
          stage: 'environment',
          platforms: ['macos'],
          severity: 'advisory',
          ttl: ages.packageManager,
          inputs: ['Brewfile'],
          parser: 'lines',
          exits: one,
          fix: { command: ['brew', 'bundle', 'install', '--no-upgrade'], level: 'system' },
        },
      },
    ],
  },
]
