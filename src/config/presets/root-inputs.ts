/** Files in the root of a workspace that count for the tasks of every package: the lockfile, manifests, and configurations that tools look for upwards. */
import type { Files } from '../../model/files.ts'
import { lockOwners, type NodeProject } from './node-project.ts'

const always = [
  'package.json',
  'pnpm-workspace.yaml',
  '.pnpmfile.cjs',
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  'bunfig.toml',
  '.editorconfig',
  '.browserslistrc',
  'babel.config.json',
]
const configs =
  /^(tsconfig.*\.json|jsconfig.*\.json|[\w.-]+\.(config|preset|setup)\.[\w.]+|\.[\w.-]*(rc|ignore)(\.[a-z0-9]+)?|\.markdownlint.*|biome\.jsonc?|\.?dprint\.jsonc?|\.?cspell\.\w+|\.?knip\.\w+|\.env(\..+)?)$/

/** Plain paths of what there is: new configurations are noticed because the list changes. */
export async function rootInputs(files: Files, project: NodeProject): Promise<readonly string[]> {
  const inRoot = await files.list('')
  const ours = new Set([...always, ...(project.lock === undefined ? Object.keys(lockOwners) : [project.lock])])
  return inRoot.filter((name) => !name.endsWith('/') && (ours.has(name) || configs.test(name)))
}
