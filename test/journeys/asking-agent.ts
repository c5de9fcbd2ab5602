/** A scripted agent that is given pawl's tools as Claude Code is, and calls them from its shell: `ask TOOL JSON` prints the answer as one line. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Starts the command of the configuration, shakes hands, calls, and prints what comes back. In perl, which the sandbox has in any case. */
const client = String.raw`
use strict; use IPC::Open2;
my ($config, $tool, $input) = @ARGV;
my @words = map { s/\\(?:u([0-9a-f]{4})|(.))/defined $1 ? chr hex $1 : $2 eq 'n' ? "\n" : $2 eq 't' ? "\t" : $2/ger } $config =~ /"((?:[^"\\]|\\.)*)"/g;
my @argv = @words[3, 5 .. $#words];
my $pid = open2(my $out, my $in, @argv);
$SIG{PIPE} = 'IGNORE';
sub told { my ($id) = @_; while (defined(my $line = <$out>)) { return $line if $line =~ /"id":$id\b/ } print "NOBODY\n"; exit 1 }
$in->autoflush(1);
print $in '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"sh","version":"1"}}}', "\n";
told(1);
if ($tool eq 'raw') { unless (fork) { open(my $more, '<', $input); print $in $_ while <$more>; exit } print told(2); exit }
print $in qq({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"$tool","arguments":$input}}), "\n";
print told(2);
`

/** It speaks like Claude Code. What it does stands in its prompt, between "```sh" and "```"; in later turns in "```sh again". */
const agent = `
id=none
while [ $# -gt 0 ]; do case "$1" in --session-id | --resume) id="$2"; shift ;; --mcp-config) TOOLS="$2"; shift ;; esac; shift; done
export TOOLS
brief=$(cat)
part=work
case "$brief" in "You work in"*) ;; *) part=again ;; esac
script=$(printf '%s\\n' "$brief" | awk -v part="$part" '
  /^\`\`\`sh again$/ { on = part == "again"; next }
  /^\`\`\`sh$/ { on = part == "work"; next }
  /^\`\`\`$/ { on = 0; next }
  on { print }')
echo '{"type":"system","subtype":"init","session_id":"'$id'"}'
BRIEF="$brief" sh -c "ask() { perl '@CLIENT@' \\"\\$TOOLS\\" \\"\\$@\\"; }
$script" || exit 3
echo '{"type":"result","subtype":"success","is_error":false,"stop_reason":"end_turn","session_id":"'$id'","num_turns":1,"result":"done","total_cost_usd":0.5,"modelUsage":{"m":{"inputTokens":900,"outputTokens":100,"cacheReadInputTokens":0,"cacheCreationInputTokens":0,"costUSD":0.5}},"model_usage_since_last_result":{"m":{"inputTokens":900,"outputTokens":100,"cacheReadInputTokens":0,"cacheCreationInputTokens":0,"costUSD":0.5}}}'
`

/** Path of its program, in a folder that it sees in the sandbox. */
export function askingAgent(folder: string): string {
  const [path, ask] = [join(folder, 'asking-agent'), askClient(folder)]
  writeFileSync(path, `#!/bin/sh\n${agent.replace('@CLIENT@', ask)}`)
  chmodSync(path, 0o755)
  return path
}

/** Path of what calls a tool, for perl: the configuration that an agent was given, the tool, its input. "raw": the lines of a file are said, and the answer to 2 is heard. */
export function askClient(folder: string): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'ask.pl'), client)
  return join(folder, 'ask.pl')
}
