/** The report on a run of a roadmap as one HTML file that stands alone: no scripts, nothing is loaded, everything of others is escaped. */
import type { RoadmapReport } from '../../model/roadmap-report.ts'
import { viewOf, type ReportTable } from './roadmap-report-view.ts'
import { safeLine } from './safe-text.ts'

export function roadmapReportHtml(report: RoadmapReport): string {
  const view = viewOf(report)
  const isGood = report.verdict === 'passed'
  const first = view.first.map(({ why, text, row }) => {
    const label = row === undefined ? `<strong>${html(why)}</strong>` : `<a href="#task-${row}"><strong>${html(why)}</strong></a>`
    return `<li>${label}: ${html(text)}</li>`
  })
  const tables = [tableHtml(view.rollback, 'rollback'), tableHtml(view.tasks, 'tasks', 'task'), tableHtml(view.held, 'held'), tableHtml(view.gates, 'gates')]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${html(view.title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${html(view.title)}</h1>
<p class="headline ${isGood ? 'good' : 'bad'}">${html(view.headline)}</p>
<section aria-labelledby="first-title">
<h2 id="first-title">Look at first</h2>
${first.length === 0 ? '<p>Nothing stands out.</p>' : `<ul>\n${first.join('\n')}\n</ul>`}
</section>
<section aria-labelledby="figures-title">
<h2 id="figures-title">Figures</h2>
<dl>
${view.facts.map(([name, value]) => `<div><dt>${html(name)}</dt><dd>${html(value)}</dd></div>`).join('\n')}
</dl>
</section>
${tables.filter((table) => table !== '').join('\n')}
</main>
</body>
</html>
`
}

/** `anchor`: the rows can be linked to. The first cell of a row is its heading. */
function tableHtml(table: ReportTable | undefined, id: string, anchor?: string): string {
  if (table === undefined) return ''
  const { name, head, numeric, rows } = table
  const mark = (i: number): string => (numeric.includes(i) ? ' class="number"' : '')
  const cells = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? `<th scope="row">${html(cell)}</th>` : `<td${mark(i)}>${html(cell)}</td>`)).join('')
  const body = rows.map((row, i) => `<tr${anchor === undefined ? '' : ` id="${anchor}-${i}"`}>${cells(row)}</tr>`)
  return `<section aria-labelledby="${id}-title">
<h2 id="${id}-title">${html(name)}</h2>
<div class="scroll" role="region" aria-labelledby="${id}-title" tabindex="0">
<table>
<thead><tr>${head.map((cell, i) => `<th scope="col"${mark(i)}>${html(cell)}</th>`).join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table>
</div>
</section>`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** One line of text, in an element or an attribute in quotes. */
const html = (text: string): string => safeLine(text).replace(/[&<>"']/g, (char) => entities[char] ?? '')

const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --line: #c9d1d9; --soft: #f3f5f7; --link: #0550ae; --good: #116329; --bad: #a40e26; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --line: #3d444d; --soft: #161b22; --link: #79c0ff; --good: #7ee787; --bad: #ffa198; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 80rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
a { color: var(--link); }
.headline { font-weight: 600; } .good { color: var(--good); } .bad { color: var(--bad); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .5rem; margin: 0; }
dl div { background: var(--soft); padding: .5rem .75rem; border-radius: .25rem; } dt { font-size: .85rem; } dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; } .scroll:focus-visible { outline: 2px solid var(--link); }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
thead th { background: var(--soft); } .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr:target { outline: 2px solid var(--link); }
@media print { .scroll { overflow: visible; } }
`
