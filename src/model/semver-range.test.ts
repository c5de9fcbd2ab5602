import { expect, test } from 'bun:test'
import { satisfiesRange } from './semver-range.ts'

const check = (range: string, inside: string, outside: string): void => {
  for (const version of inside.split(' ').filter(Boolean))
    expect(`${version} in ${range}: ${satisfiesRange(version, range)}`).toBe(`${version} in ${range}: true`)
  for (const version of outside.split(' ').filter(Boolean))
    expect(`${version} in ${range}: ${satisfiesRange(version, range)}`).toBe(`${version} in ${range}: false`)
}

test('a caret keeps the first number that is not zero', () => {
  check('^1.2.3', '1.2.3 1.9.0', '1.2.2 2.0.0 2.0.0-alpha 1.3.0-beta')
  check('^0.2.3', '0.2.3 0.2.9', '0.3.0 0.2.2')
  check('^0.0.3', '0.0.3', '0.0.4')
  check('^0', '0.9.9', '1.0.0')
  check('^0.1', '0.1.7', '0.2.0')
  check('^1.x', '1.0.0 1.5.2', '2.0.0')
})

test('a tilde keeps the minor number when it is given', () => {
  check('~1.2.3', '1.2.3 1.2.9', '1.3.0 1.2.2')
  check('~1.2', '1.2.0', '1.3.0')
  check('~1', '1.9.9', '2.0.0')
  check('~> 1.2.3', '1.2.4', '1.3.0')
})

test('x, * and missing numbers stand for anything', () => {
  check('', '0.0.1 9.9.9', '1.0.0-alpha')
  check('*', '0.0.1', '')
  check('1.x', '1.0.0 1.9.9', '2.0.0')
  check('1.2.*', '1.2.9', '1.3.0')
  check('20', '20.0.0 20.19.1', '21.0.0 19.9.9')
  check('v20.1', '20.1.9', '20.2.0')
})

test('comparisons fill up what is missing and all of them must hold', () => {
  check('>=18', '18.0.0 24.1.0', '17.9.9')
  check('>18', '19.0.0', '18.9.9')
  check('>18.1', '18.2.0', '18.1.9')
  check('<=18', '18.9.9', '19.0.0')
  check('<18', '17.9.9', '18.0.0 18.0.0-rc.1')
  check('>= 1.2 < 2', '1.2.0 1.9.9', '2.0.0 1.1.9')
  check('>=1.2.3 <=1.2.5', '1.2.3 1.2.5', '1.2.6')
  check('=1.2.3', '1.2.3 v1.2.3', '1.2.4')
  check('<*', '', '1.0.0')
})

test('a hyphen includes both ends, and a whole group when the upper end is not complete', () => {
  check('1.2.3 - 2.3.4', '1.2.3 2.3.4', '2.3.5 1.2.2')
  check('1.2 - 2.3', '1.2.0 2.3.9', '2.4.0')
  check('1 - 2', '1.0.0 2.9.9', '3.0.0')
})

test('alternatives are separated by two bars', () => {
  check('^20.19.0 || ^22.13.0 || >=24', '20.19.0 22.20.1 24.0.0 30.0.0', '20.18.0 21.0.0 22.12.9 23.0.0')
})

test('a prerelease counts only beside a prerelease of the same version', () => {
  check('^1.2.3-beta.2', '1.2.3-beta.2 1.2.3-beta.11 1.2.3 1.4.0', '1.2.3-beta.1 1.2.4-beta.2 1.2.3-alpha')
  check('>=1.0.0-rc.1', '1.0.0-rc.2 1.0.0', '1.1.0-rc.1')
  check('1.0.0-alpha.beta', '1.0.0-alpha.beta 1.0.0-alpha.beta+build', '1.0.0-alpha.1')
})

test('what is no range has no answer', () => {
  for (const range of ['latest', 'github:a/b', 'file:../x', 'workspace:*', 'npm:x@1', 'not a range at all'])
    expect(satisfiesRange('1.0.0', range)).toBeUndefined()
  expect(satisfiesRange('one', '^1.0.0')).toBeUndefined()
})
