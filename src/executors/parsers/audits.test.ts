import { expect, test } from 'bun:test'
import type { Finding } from '../../model/finding.ts'
import type { ParserName } from '../../model/task.ts'
import { outputOf, short } from '../../../test/recorded-sample.ts'
import { parsers } from './by-name.ts'

function read(sample: string, parser: ParserName): readonly Finding[] {
  const parsed = parsers[parser](outputOf(sample))
  expect(parsed.unreadable).toBeUndefined()
  return parsed.findings
}

const check = (sample: string, parser: ParserName, expected: readonly string[]): void => {
  expect(read(sample, parser).map(short)).toEqual([...expected])
}

test('npm 11 and pnpm 12 are read when they audit: not recorded from the world, the tools ran here against a server of ours with advisories of ours', () => {
  check('npm-audit-json', 'npm-audit-json', [
    '- warning GHSA-qqgx-2p2h-9c37*: ini <1.3.6: ini before 1.3.6 vulnerable to Prototype Pollution via ini.parse (low)',
    '- error GHSA-35jh-r3h4-6jhm: lodash <99.0.0: Command Injection in lodash (high)',
    '- warning GHSA-vh95-rmgr-6w4m: minimist <0.2.1: Prototype Pollution in minimist (moderate)',
    '- error GHSA-xvch-5gv4-984h: minimist <0.2.4: Prototype Pollution in minimist (critical)',
    '- error vulnerable-dependency: mkdirp 0.4.1 - 0.5.1: depends on vulnerable versions of minimist (critical)',
  ])
  check('npm-audit-json-clean', 'npm-audit-json', [])
  check('pnpm-12-audit-json', 'npm-audit-json', [
    '- warning GHSA-qqgx-2p2h-9c37: ini <1.3.6: ini before 1.3.6 vulnerable to Prototype Pollution via ini.parse (low)',
    '- error GHSA-35jh-r3h4-6jhm: lodash <99.0.0: Command Injection in lodash (high)',
  ])
  expect(read('npm-audit-json', 'npm-audit-json').map(({ suggestion }) => suggestion)).toEqual([
    'Run npm audit fix.',
    'No version without it is known: look for another package, or accept it knowingly.',
    'Update mkdirp to 0.5.6.',
    'Update mkdirp to 0.5.6.',
    'Update mkdirp to 0.5.6.',
  ])
})

test('the shape of pnpm up to version 10 and npm 6, as documented, is understood: not recorded, because the service behind them could not be asked', () => {
  const advisory = {
    findings: [{ version: '1.2.0', paths: ['.>minimist'] }],
    id: 1097677,
    title: 'Prototype Pollution in minimist',
    severity: 'critical',
    module_name: 'minimist',
    vulnerable_versions: '>=1.0.0 <1.2.6',
    patched_versions: '>=1.2.6',
    url: 'https://github.com/advisories/GHSA-xvch-5gv4-984h',
  }
  const { findings } = parsers['npm-audit-json']({ stdout: JSON.stringify({ actions: [], advisories: { 1097677: advisory }, muted: [] }), stderr: '' })
  expect(findings.map(short)).toEqual(['- error GHSA-xvch-5gv4-984h: minimist >=1.0.0 <1.2.6: Prototype Pollution in minimist (critical)'])
  expect(findings[0]?.suggestion).toBe('Update minimist to >=1.2.6.')
})
