/** The sample project of the demonstration of roadmaps: a small shop with tests, the roadmap that is drafted for it, and the program that plays all agents. */
import { shop } from './shop.ts'

export const idea = 'Prices with taxes and discounts, the total of a cart, and a first release'

/** What the agent drafts from the idea. */
const roadmap = `# Shop: roadmap

## Phase 1: Amounts that are right

All amounts are whole cents.

### Group A: Taxes and discounts

- [ ] A1: Taxes in whole cents
  - \`withTax(cents, percent)\` adds a tax to a price.
  - files: src/tax.mjs, test/tax.test.mjs
  - [ ] A test shows that 19 % on 19.05 are rounded
- [ ] A2: Discounts in whole cents
  - \`discounted(cents, percent)\` takes a part off a price.
  - files: src/discount.mjs, test/discount.test.mjs
  - [ ] A test shows that a third off is rounded

### Group B: Carts (after A)

- [ ] B1: The total of a cart
  - \`total(prices)\` takes the discount off, then adds the tax.
  - files: src/cart.mjs, test/cart.test.mjs
  - after: A1, A2
- [ ] B2: A lawyer has read how taxes are shown
  - manual: yes

## Phase 2: The first release

### Group C: What people read

- [ ] C1: A changelog
  - files: CHANGELOG.md
- [ ] C2: The README lists what there is
  - files: README.md
`

const file = (path: string, text: string): string => `cat > ${path} <<'END'\n${text}END`

const tested = (name: string, title: string, call: string, value: number): string =>
  file(
    `test/${name}.test.mjs`,
    `import { equal } from "node:assert/strict"\nimport { test } from "node:test"\nimport * as it from "../src/${name}.mjs"\ntest("${title}", () => equal(it.${call}, ${value}))\n`,
  )

const tax = (body: string): string => file('src/tax.mjs', `export const withTax = (cents, percent) => ${body}\n`)

/** By the id of a task, or that and "again" for a further turn. */
const works: Readonly<Record<string, readonly string[]>> = {
  // Its first version forgets to round: its own test is red, and the findings go back to it.
  A1: [tax('cents * (1 + percent / 100)'), tested('tax', 'taxes are whole cents', 'withTax(1905, 19)', 2267)],
  'A1 again': [tax('Math.round(cents * (1 + percent / 100))')],
  A2: [
    file('src/discount.mjs', 'export const discounted = (cents, percent) => Math.round(cents * (1 - percent / 100))\n'),
    tested('discount', 'discounts are whole cents', 'discounted(1000, 33.3)', 667),
  ],
  B1: [
    file(
      'src/cart.mjs',
      'import { discounted } from "./discount.mjs"\nimport { withTax } from "./tax.mjs"\nexport const total = (prices) => prices.reduce((sum, price) => sum + withTax(discounted(price, 10), 19), 0)\n',
    ),
    tested('cart', 'a cart has a total', 'total([1000, 2000])', 3213),
  ],
  C1: [file('CHANGELOG.md', '# Changes\n\n## 1.0\n\n- taxes, discounts, totals of carts\n')],
  C2: [file('README.md', '# Shop\n\nFeatures: taxes, discounts, totals of carts\n')],
}

const coder = `#!/bin/sh
# Plays a coding agent: finds in its brief which task it is asked for, takes its time, and edits files in the current folder.
sleep 1
task=$(sed -n 's/^You carry out task \\([A-Z0-9]*\\) of .*/\\1/p' "$1" | head -n 1)
case "$(head -n 1 "$1")" in "# Draft a roadmap") task=draft ;; "You work in"*) ;; *) task="$task again" ;; esac
case "$task" in
draft)
${file('ROADMAP.md', roadmap)}
;;
${Object.entries(works)
  .map(([task, lines]) => `"${task}")\n${lines.join('\n')}\n;;`)
  .join('\n')}
esac
`

const { 'README.md': readme = '', 'src/price.mjs': price = '', 'test/price.test.mjs': test = '' } = shop

export const plannedShop = {
  files: { 'README.md': readme, 'src/price.mjs': price, 'test/price.test.mjs': test },
  players: { coder },
  settings: (folder: string): string =>
    [
      'detect: false',
      'checks:',
      '  test: { command: [node, --test], inputs: ["src/**", "test/**"] }',
      'agents:',
      `  coder: { command: [${JSON.stringify(`${folder}/coder`)}, "{brief}"] }`,
      'work: { agent: coder }',
      'roadmap: { writeStatus: true }',
      '',
    ].join('\n'),
}
