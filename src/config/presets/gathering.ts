/** A Gathering collects what one preset detects, and never plans what an earlier preset planned. */
import type { Failure } from '../../model/failure.ts'
import type { Detected, Found, Remark } from '../preset.ts'
import type { CheckConfig } from '../check-shape.ts'

export type Gathering = {
  found(name: string, why: string): void
  /** Without effect when an earlier preset, or this one, planned a check of that name. */
  check(id: string, config: CheckConfig): void
  /** Whether a check of that name is planned, here or before. */
  has(id: string): boolean
  /** Names of all checks planned here and before. */
  names(): readonly string[]
  remark(text: string, file?: string): void
  fail(failure: Failure): void
  detected(): Detected
}

export function newGathering(before: Detected): Gathering {
  const found: Found[] = []
  const checks: Record<string, CheckConfig> = {}
  const remarks: Remark[] = []
  const failures: Failure[] = []
  const has = (id: string): boolean => Object.hasOwn(checks, id) || Object.hasOwn(before.checks, id)
  return {
    found: (name, why) => void found.push({ name, why }),
    check: (id, config) => {
      if (!has(id)) checks[id] = config
    },
    has,
    names: () => [...Object.keys(before.checks), ...Object.keys(checks)],
    remark: (text, file) => void remarks.push(file === undefined ? { text } : { text, file }),
    fail: (failure) => {
      const known = [...before.failures, ...failures]
      if (!known.some((other) => other.place?.file === failure.place?.file && other.type === failure.type)) failures.push(failure)
    },
    detected: () => ({ found, checks, remarks, failures }),
  }
}
