/** Writes the GitHub workflow that `pawl init --workflow` leaves behind. */
import { commandLine } from '../model/shell-words.ts'
import type { FreshMachine, SetUp } from './fresh-machine.ts'
import { commentYaml, lineYaml, textYaml } from './yaml-text.ts'

export type WorkflowFacts = Pick<FreshMachine, 'setUps' | 'commands' | 'local' | 'start'> & {
  readonly branch: string
  /** Installs the packages, where pawl would not do it or is one of them. */
  readonly install?: readonly string[]
}

/** The same facts give the same bytes. */
export function workflowText({ branch, setUps, commands, install, local, start }: WorkflowFacts): string {
  const why = local ? 'pawl is one of these packages.' : 'pawl does not install them by itself here.'
  return `${[
    ...opening,
    'name: pawl',
    'on:',
    '  push:',
    `    branches: [${textYaml(branchPattern(branch))}]`,
    '  pull_request:',
    'permissions:',
    '  contents: read',
    'jobs:',
    '  pawl:',
    '    runs-on: ubuntu-latest',
    '    steps:',
    ...[{ uses: 'actions/checkout@v5', with: { 'persist-credentials': false } }, ...setUps].flatMap(setUpLines),
    ...commands.map((command) => `      - run: ${textYaml(command)}`),
    ...(install === undefined ? [] : [`      ${commentYaml(why)}`, `      - run: ${textYaml(commandLine(install))}`]),
    ...(local ? [] : fetching),
    `      - run: ${textYaml(commandLine(start))}`,
  ].join('\n')}\n`
}

const opening = [
  '# Written by `pawl init --workflow`. Everything in here is yours to change: pawl does not change this file again.',
  '#',
  '# In CI pawl installs what the lockfile says and changes no tracked file. No result of an earlier run is kept:',
  '# what another machine has proven proves nothing here.',
  '#',
  '# The actions are pinned by their major version. To pin one by commit, write the 40 digits of the commit of its',
  '# release behind the @, and the version as a comment, which Dependabot and Renovate keep up to date:',
  '#   uses: actions/checkout@<commit> # v5.0.0',
]

const fetching = [
  '      # The version that wrote this file. Before the first run, see that the registry has it from the makers of pawl;',
  '      # as a dependency of the repository it is the same one for everybody, with a digest in the lockfile.',
]

function setUpLines({ uses, with: values, remark }: SetUp): readonly string[] {
  const entries = Object.entries(values)
  return [
    `      - uses: ${uses}`,
    ...(entries.length === 0 ? [] : ['        with:']),
    ...entries.map(([key, value], i) => `          ${key}: ${lineYaml(value)}${i === 0 && remark !== undefined ? ` ${commentYaml(remark)}` : ''}`),
  ]
}

/** GitHub takes the name for a pattern; git allows these of its signs in a name. */
const branchPattern = (branch: string): string => branch.replace(/[+!\]]/g, '\\$&')
