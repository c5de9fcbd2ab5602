/** The sample project of the demonstration: a small shop with tests, four prompts, and for each a program that plays its agent. */

/** What each program does in its first turn, and in a further one. No model is asked. */
const script = (first: string, again = 'true'): string => `#!/bin/sh
# Plays a coding agent: reads the first line of its brief, takes its time, and edits files in the current folder.
sleep 1
case "$(head -n 1 "$1")" in
"You work in"*)
${first}
;;
*)
${again}
;;
esac
`

const file = (path: string, text: string): string => `cat > ${path} <<'END'\n${text}END`

const tax = (body: string): string => file('src/tax.mjs', `export const withTax = (cents, percent) => ${body}\n`)

/** Path → text; programs are below agents/. */
export const shop: Readonly<Record<string, string>> = {
  'README.md': '# Shop\n\nFeatures: none yet\n',
  'src/price.mjs': 'export const priceText = (cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`\n',
  'test/price.test.mjs':
    'import { equal } from "node:assert/strict"\nimport { test } from "node:test"\nimport { priceText } from "../src/price.mjs"\ntest("prices have two digits", () => equal(priceText(1905), "19.05"))\n',
  'prompts/tax.md': '---\nagent: ada\n---\n# Add taxes\n\nAdd `withTax(cents, percent)` with a test. Amounts are whole cents.\n',
  'prompts/currency.md': '---\nagent: bob\n---\n# Show the currency\n\n`priceText` ends with "EUR". Say so in the list of features.\n',
  'prompts/discount.md': '---\nagent: cyd\n---\n# Add discounts\n\nAdd `discounted(cents, percent)`. Say so in the list of features.\n',
  'prompts/changelog.md': '---\nagent: dan\ndepends_on: tax\n---\n# Begin a changelog\n\nName what is there, beginning with taxes.\n',
}

export const players: Readonly<Record<string, string>> = {
  // Its first version forgets to round: its own test is red, and the findings go back to it.
  ada: script(
    [
      tax('cents * (1 + percent / 100)'),
      file(
        'test/tax.test.mjs',
        'import { equal } from "node:assert/strict"\nimport { test } from "node:test"\nimport { withTax } from "../src/tax.mjs"\ntest("taxes are whole cents", () => equal(withTax(1905, 19), 2267))\n',
      ),
    ].join('\n'),
    tax('Math.round(cents * (1 + percent / 100))'),
  ),
  bob: script(
    [
      file('src/price.mjs', 'export const priceText = (cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")} EUR`\n'),
      'sed -i.bak s/19.05/"19.05 EUR"/ test/price.test.mjs && rm test/price.test.mjs.bak',
      file('README.md', '# Shop\n\nFeatures: prices in EUR\n'),
    ].join('\n'),
    file('README.md', '# Shop\n\nFeatures: prices in EUR, discounts\n'),
  ),
  // Changes the same line of the README as bob: whoever lands later is asked to bring both together.
  cyd: script(
    [
      file('src/discount.mjs', 'export const discounted = (cents, percent) => Math.round(cents * (1 - percent / 100))\n'),
      file('README.md', '# Shop\n\nFeatures: discounts\n'),
    ].join('\n'),
    file('README.md', '# Shop\n\nFeatures: prices in EUR, discounts\n'),
  ),
  dan: script('test -f src/tax.mjs && echo "- taxes" > CHANGELOG.md'),
}

export const settings = (folder: string): string =>
  [
    'detect: false',
    'checks:',
    '  test: { command: [node, --test], inputs: ["src/**", "test/**"] }',
    'agents:',
    ...Object.keys(players).map((name) => `  ${name}: { command: [${JSON.stringify(`${folder}/${name}`)}, "{brief}"] }`),
    '',
  ].join('\n')
