/** Shows what pawl agents does, without any account: four programs play agents on a small project in a temporary folder. [--keep] leaves the folder there. */
import { demonstrate, say } from './demo/showing.ts'
import { players, settings, shop } from './demo/shop.ts'

demonstrate({ files: shop, players, settings }, ({ root, pawl, git }) => {
  say(
    `A small shop with one check (node --test) in ${root}, and four prompts for four agents.`,
    'No model is asked: each agent is a shell script that takes a second for a turn.',
    '- ada adds taxes; her first version does not pass her own test, so she gets a second turn',
    '- bob and cyd change the same line of README.md, so whoever lands later is asked to bring both together',
    '- dan writes a changelog, which needs that the work of ada has landed',
  )
  pawl('agents', 'plan', 'prompts/')
  const code = pawl('agents', 'run', 'prompts/')
  git('log', '--graph', '--oneline', 'pawl/integration')
  git('show', 'pawl/integration:README.md')
  say('', 'Your own branch has not moved: git merge pawl/integration takes the work.')
  return code
})
