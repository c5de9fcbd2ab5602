/** `pawl doctor`: whether pawl itself can work here; each line was looked at just now. */
import { diagnose } from '../../../app/diagnosis.ts'
import { findSite } from '../../../app/site.ts'
import { palette } from '../../reporters/palette.ts'
import { safeLine } from '../../reporters/safe-text.ts'
import { systemScreen } from '../../reporters/screen.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { say, sayJson, wantsJson } from '../say.ts'
import { screenWish } from '../request.ts'

export async function doctor(context: CommandContext): Promise<CommandEnd> {
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  const symptoms = await diagnose(site.value, { trial: context.args.flags.has('agents') })
  const broken = symptoms.filter((symptom) => symptom.state === 'broken').length
  if (wantsJson(context)) sayJson('doctor', { symptoms, broken })
  else {
    const ink = palette(systemScreen(context.env, screenWish(context.args)).colour)
    const marks = { fine: ink.green('✓'), warning: ink.yellow('!'), broken: ink.red('✗') }
    for (const { name, state, text, hint } of symptoms)
      say(`${marks[state]} ${name.padEnd(14)} ${safeLine(text)}${hint === undefined ? '' : `\n  ${ink.dim('try:')} ${safeLine(hint)}`}`)
    say(broken === 0 ? 'pawl can work here.' : `${broken} thing${broken === 1 ? '' : 's'} must be mended first.`)
  }
  return { code: broken === 0 ? 0 : 2 }
}
