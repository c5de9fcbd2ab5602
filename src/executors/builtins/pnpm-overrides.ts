/** Says what "overrides" of pnpm ask for, and what they make of a dependency of the workspace's own packages. */
import type { Json } from '../../model/json.ts'
import { tableIn, textIn, type JsonTable } from './package-manifests.ts'

/** Where pnpm's settings may stand. */
export type PnpmSettings = {
  readonly workspace: JsonTable
  readonly root: JsonTable
  /** pnpm 11 does not look into "pnpm" of package.json any more. */
  readonly readsManifest: boolean
  readonly npmrc: string
}

/** Selector → specifier, as the lockfile keeps them: references to the root's dependencies and to catalogs are resolved. */
export function overridesOf({ workspace, root, readsManifest }: PnpmSettings): readonly Readonly<Record<string, string>>[] {
  const manifest = { ...tableIn(root, 'resolutions'), ...(readsManifest ? tableIn(tableIn(root, 'pnpm'), 'overrides') : {}) }
  const own = tableIn(workspace, 'overrides')
  const resolved = (table: JsonTable): Record<string, string> =>
    Object.fromEntries(
      Object.entries(table).flatMap(([selector, value]) =>
        typeof value === 'string' ? [[selector, fromCatalog(selector, referenced(value, root), workspace)] as const] : [],
      ),
    )
  // Which one wins when both are there has changed between versions.
  return (Object.keys(own).length === 0 ? [manifest] : Object.keys(manifest).length === 0 ? [own] : [own, manifest, { ...manifest, ...own }]).map(resolved)
}

function referenced(value: string, root: JsonTable): string {
  if (!value.startsWith('$')) return value
  const direct = { ...tableIn(root, 'devDependencies'), ...tableIn(root, 'dependencies'), ...tableIn(root, 'optionalDependencies') }
  return textIn(direct, value.slice(1)) ?? value
}

function fromCatalog(selector: string, value: string, workspace: JsonTable): string {
  if (!value.startsWith('catalog:')) return value
  return catalogEntry(workspace, value.slice('catalog:'.length).trim() || 'default', targetOf(selector)) ?? value
}

/** The default catalog may stand under either name. */
export function catalogEntry(workspace: JsonTable, catalog: string, name: string): string | undefined {
  const named = textIn(tableIn(tableIn(workspace, 'catalogs'), catalog), name)
  return catalog === 'default' ? (textIn(tableIn(workspace, 'catalog'), name) ?? named) : named
}

/** "parent@1>@scope/name@^2" → "@scope/name". */
const targetOf = (selector: string): string => (/[^ |@]>(.*)$/.exec(selector)?.[1] ?? selector).replace(/(.)@.*$/, '$1')

/** Whether the lockfile's overrides may have turned the wanted specifier into the recorded one (undefined: removed it). */
export function mayBecome(name: string, wanted: string, recorded: string | undefined, overrides: Json | undefined): boolean {
  const values = Object.entries(tableIn({ overrides: overrides ?? null }, 'overrides')).filter(([selector]) => targetOf(selector) === name)
  const certain = values.some(([selector]) => selector === name)
  if (recorded === wanted && !certain) return true
  return values.some(([, value]) => {
    if (value === '-') return recorded === undefined
    // Paths are written anew for each package that asks.
    const protocol = typeof value === 'string' ? /^(?:link|file):/.exec(value)?.[0] : undefined
    return recorded !== undefined && (recorded === value || (protocol !== undefined && recorded.startsWith(protocol)))
  })
}
