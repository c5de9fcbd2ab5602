/** `pawl config`: each setting, its value and where it came from. */
import { wishes } from '../../../app/planned.ts'
import { findSite } from '../../../app/site.ts'
import type { CommandContext, CommandEnd } from '../commands.ts'
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
  say(...columns(values.map(({ name, value, from }) => [name, JSON.stringify(value) ?? '', from])))
  return { code: 0 }
}
