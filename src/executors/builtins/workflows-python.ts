/** Judges how GitHub workflows use uv and Python: pinned versions, locked installs, versions that the project supports. */
import type { Finding } from '../../model/finding.ts'
import type { Builtin } from '../builtin.ts'
import { pythonPins } from './python-pins.ts'
import { inSpecifier } from './python-specifier.ts'

export const workflowsPython: Builtin = async (_args, { files }) => {
  const workflows = await files.glob(['.github/workflows/*.yml', '.github/workflows/*.yaml'])
  const pins = await pythonPins(files)
  const required = pins.find((pin) => pin.file === 'pyproject.toml')?.wanted
  const versionFile = await files.exists('.python-version')
  const findings: Finding[] = []
  for (const file of workflows) findings.push(...(await judge(file, (await files.read(file)) ?? '', required, versionFile)))
  findings.push(...(await judgeDependabot(files)))
  return { findings, summary: `${workflows.length} workflows` }
}

/** A version at the edge of a job is checked only when it is a plain number: an expression is for the runner to know. */
async function judge(file: string, text: string, required: string | undefined, versionFile: boolean): Promise<readonly Finding[]> {
  const { parseDocument, isMap, isSeq, LineCounter } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  if (document.errors[0] !== undefined)
    return [{ file, line: lines.linePos(document.errors[0].pos[0]).line, severity: 'error', rule: 'workflow', message: 'not valid YAML' }]
  const findings: Finding[] = []
  const add = (node: unknown, rule: string, message: string, suggestion?: string): void => {
    const offset = isMap(node) || isSeq(node) ? node.range?.[0] : undefined
    findings.push({
      file,
      ...(offset === undefined ? {} : { line: lines.linePos(offset).line }),
      severity: 'warning',
      rule,
      message,
      ...(suggestion === undefined ? {} : { suggestion }),
    })
  }
  const whole: unknown = document.toJS()
  const jobs = document.get('jobs')
  if (!isMap(jobs)) return findings
  for (const job of jobs.items.map((pair) => pair.value)) {
    const steps = isMap(job) ? job.get('steps') : undefined
    if (!isMap(job) || !isSeq(steps)) continue
    const content: unknown = job.toJSON()
    const setting: Setting = {
      required,
      versionFile: versionFile || hasVariable(content, 'UV_PYTHON') || hasVariable(whole, 'UV_PYTHON') || usesSetupPython(content),
      locked: [whole, content].some((level) => hasVariable(level, 'UV_LOCKED') || hasVariable(level, 'UV_FROZEN')),
    }
    for (const version of matrixVersions(content))
      if (required !== undefined && inSpecifier(fullVersion(version), required) === false)
        add(job, 'python-version', `tests Python ${version}, the project wants ${required}`)
    for (const step of steps.items) {
      const plain: unknown = isMap(step) ? step.toJSON() : undefined
      if (typeof plain === 'object' && plain !== null) judgeStep(plain, setting, (rule, message, suggestion) => add(step, rule, message, suggestion))
    }
  }
  return findings
}

type Add = (rule: string, message: string, suggestion?: string) => void

/** What holds for every step of a job. */
type Setting = { readonly required: string | undefined; /** Something else says which Python. */ readonly versionFile: boolean; readonly locked: boolean }

function judgeStep(step: object, { required, versionFile, locked }: Setting, add: Add): void {
  const uses = String(Reflect.get(step, 'uses') ?? '')
  const inputs: unknown = Reflect.get(step, 'with')
  const version: unknown = typeof inputs === 'object' && inputs !== null ? Reflect.get(inputs, 'python-version') : undefined
  if (/\/setup-uv@/.test(uses) && version === undefined && !versionFile)
    add('setup-uv', 'setup-uv without python-version: the runner decides', 'with: { python-version: … }, or a .python-version file')
  if ((typeof version === 'string' || typeof version === 'number') && /^\d+(\.\d+)*$/.test(String(version)) && required !== undefined) {
    if (inSpecifier(fullVersion(String(version)), required) === false) add('python-version', `sets up Python ${version}, the project wants ${required}`)
  }
  const lockedByEnv = locked || hasVariable(step, 'UV_LOCKED') || hasVariable(step, 'UV_FROZEN')
  for (const line of String(Reflect.get(step, 'run') ?? '').split('\n')) {
    if (/\buv\s+sync\b/.test(line) && !/--(locked|frozen|script)\b/.test(line) && !lockedByEnv)
      add('uv-sync', '`uv sync` without --locked may install what the lockfile does not say', 'uv sync --locked')
  }
}

/** "3.12" stands for the newest 3.12, so that ">=3.12.4" does not refuse it. */
const fullVersion = (version: string): string => (version.split('.').length < 3 ? `${version}.99` : version)

const at = (value: unknown, key: string): unknown => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined)

const hasVariable = (level: unknown, name: string): boolean => at(at(level, 'env'), name) !== undefined

function usesSetupPython(job: unknown): boolean {
  const steps = at(job, 'steps')
  return Array.isArray(steps) && steps.some((step) => String(at(step, 'uses')).includes('/setup-python@'))
}

function matrixVersions(job: unknown): readonly string[] {
  const versions = at(at(at(job, 'strategy'), 'matrix'), 'python-version')
  return Array.isArray(versions) ? versions.map(String).filter((version) => /^\d+\.\d+(\.\d+)?$/.test(version)) : []
}

async function judgeDependabot(files: { read(path: string): Promise<string | undefined> }): Promise<readonly Finding[]> {
  for (const file of ['.github/dependabot.yml', '.github/dependabot.yaml']) {
    const text = await files.read(file)
    if (text === undefined) continue
    return /package-ecosystem:\s*["']?(uv|pip)\b/.test(text)
      ? []
      : [{ file, severity: 'info', rule: 'dependabot', message: 'dependabot does not look after Python packages', suggestion: 'package-ecosystem: uv' }]
  }
  return []
}
