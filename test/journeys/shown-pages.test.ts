/** Everything that the pages about plugins and the library show is really so. */
import { once } from './rig.ts'
import { playPage } from './pages.ts'

once('the page about plugins can be followed from its first line to its last', () => playPage('docs/plugins.md'))

once('the page about the library can be followed from its first line to its last', () => playPage('docs/library.md'))
