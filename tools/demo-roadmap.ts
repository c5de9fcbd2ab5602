/** Shows what pawl roadmap does, without any account: a program plays the agents that carry out a roadmap on a small project in a temporary folder. [--keep] leaves the folder there. */
import { idea, plannedShop } from './demo/planned-shop.ts'
import { demonstrate, say } from './demo/showing.ts'

demonstrate(plannedShop, ({ root, pawl, git, commit }) => {
  say(
    `A small shop with one check (node --test) in ${root}, and an idea for it.`,
    'No model is asked: the agent is a shell script that takes a second for a turn.',
    '- it drafts a roadmap: 2 phases, 3 groups, 6 tasks',
    '- A1 does not pass its own test at first, so it gets a second turn',
    '- B2 is for a person: phase 2 waits until somebody says that it is done',
    '- each task that lands is marked in ROADMAP.md by the commit that lands it',
  )
  pawl('roadmap', 'init', '--text', idea)
  commit('A roadmap')
  pawl('roadmap', 'lint')
  pawl('roadmap', 'plan')
  const first = pawl('roadmap', 'run')
  pawl('roadmap', 'status')
  pawl('roadmap', 'done', 'B2', '--reason', 'read on Monday')
  say('', 'The same command goes on with what is left; nothing that has landed is done again.')
  const second = pawl('roadmap', 'run')
  pawl('roadmap', 'status')
  git('log', '--graph', '--oneline', 'pawl/integration')
  git('show', 'pawl/integration:ROADMAP.md')
  say('', 'Your own branch has not moved: git merge pawl/integration takes the work.')
  return first === 0 ? second : first
})
