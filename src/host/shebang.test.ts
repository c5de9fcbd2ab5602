import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { interpreterIn, shebangOf } from './shebang.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-shebang-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

test('the first line of a script names its interpreter', () => {
  const table: readonly (readonly [text: string, interpreter: string | undefined])[] = [
    ['#!/bin/sh\necho', '/bin/sh'],
    ['#! /bin/sh -e\n', '/bin/sh'],
    ['#!/usr/bin/env node\n', 'node'],
    ['#!/usr/bin/env -S node --no-warnings\r\n', 'node'],
    ['#!/usr/bin/env A=1 python3', 'python3'],
    ['#!/usr/bin/env\n', undefined],
    ['#!\n/bin/sh', undefined],
    ['', undefined],
    ['\x7fELF#!/bin/sh', undefined],
    [`#!/${'x'.repeat(400)}`, `/${'x'.repeat(253)}`],
  ]
  for (const [text, interpreter] of table) {
    writeFileSync(join(folder, 'file'), text)
    expect(interpreterIn(shebangOf(join(folder, 'file')) ?? [])).toBe(interpreter)
  }
})
