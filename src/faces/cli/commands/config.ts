/** `pawl config`: each setting, its value and where it came from. */
import { wishes } from '../../../app/planned.ts'
import { findSite } from '../../../app/site.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { requestOf } from '../request.ts'
import { columns, say, sayJson, wantsJson } from '../say.ts'

export async function config(context: CommandContext): Promise<CommandEnd> {
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  const request = requestOf(context.args)
  if (!request.ok) return request
  const wished = await wishes(site.value, request.value, site.value.files())
  if (!wished.ok) return wished
  const { settings, origins, loaded, checks } = wished.value
  const values = Object.entries(settings).map(([name, value]) => ({ name, value, from: origins[name as keyof typeof origins] ?? 'default' }))
  if (wantsJson(context)) {
    sayJson('config', { file: loaded.path ?? null, stateFolder: site.value.stateFolder, settings: values, checks })
    return { code: 0 }
  }
  say(`file          ${loaded.path ?? 'none (everything is detected)'}`, `state folder  ${site.value.stateFolder}`, '')
  // The value comes last: it may be long.
  say(...columns(values.map(({ name, value, from }) => [name, from, shown(value)])))
  return { code: 0 }
}

/** As it would stand in pawl.yaml, on one line. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map(shown).join(', ')
  if (typeof value !== 'object' || value === null) return String(value)
  const parts = Object.entries(value).filter(([, part]) => !(Array.isArray(part) && part.length === 0))
  return parts.length === 0 ? '-' : parts.map(([name, part]) => `${name}: ${shown(part)}`).join(', ')
}
