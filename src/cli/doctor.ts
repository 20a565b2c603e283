// `hookline doctor`: looks at everything that could be wrong and says how to mend it.
import type { Command } from 'commander';
import { inspect } from '../agents/claude-code/install/index.ts';
import type { Config } from '../config/index.ts';
import { configOf, examples } from './command.ts';
import { checkApprovals } from './doctor/approvals.ts';
import { checkBrokers } from './doctor/brokers.ts';
import { checkChannels } from './doctor/channels.ts';
import { checkDaemon, checkEndpoint } from './doctor/daemon.ts';
import { type Finding, fail, type Verdict } from './doctor/finding.ts';
import { checkHooks } from './doctor/hooks.ts';
import { checkClaude, checkHome, checkNode, checkSender } from './doctor/machine.ts';
import { checkMessages } from './doctor/messages.ts';
import { checkRoundTrip } from './doctor/round-trip.ts';
import { findDaemon } from './find-daemon.ts';
import type { Terminal } from './terminal.ts';
import { plural } from './text/amount.ts';
import { jsonLine, plain } from './text/plain.ts';
import { displayWidth, padTo, wrap } from './text/width.ts';

export function addDoctor(program: Command, terminal: Terminal): void {
  const command = program
    .command('doctor')
    .summary('Find out what is wrong.')
    .description(
      'Look at everything that could be wrong, and say how to mend it. Sends something through the installed hook,\nwhich the daemon answers and does not keep. Exit code 1 when something fails.',
    )
    .option('--json', 'Print {"ok", "findings": [{"check", "verdict", "found", "mend"?}]} on stdout.')
    .action(async (options: { json?: true }) => {
      const config = configOf(command, terminal);
      const findings = await examine(config);
      const healthy = findings.every(({ verdict }) => verdict !== 'fail');
      terminal.exitCode = healthy ? 0 : 1;
      if (options.json) return terminal.print(jsonLine({ ok: healthy, findings }));
      for (const line of findings.flatMap(finding => report(finding, terminal))) await terminal.print(line);
      terminal.say(verdictOf(findings));
    });
  examples(command, [
    ['hookline doctor', 'look at everything'],
    ['hookline doctor --json | jq \'.findings[] | select(.verdict != "ok")\'', 'only what is wrong'],
  ]);
}

async function examine({ home, claudeDir, approvals }: Config): Promise<Finding[]> {
  const [inspection, found] = await Promise.all([inspect({ home, claudeDir }), findDaemon(home)]);
  const findings = [
    checkNode(process.versions.node),
    checkSender(inspection),
    checkClaude(inspection),
    ...checkHome(home),
    ...checkHooks(inspection),
    checkDaemon(found),
    ...checkEndpoint(inspection, found),
    ...(await checkMessages(home, found)),
    ...(await checkBrokers(home, found)),
    ...checkChannels(claudeDir),
    ...checkApprovals(approvals),
  ];
  return [...findings, await roundTrip(home, inspection.hook.file, findings)];
}

/** Only worth a try when what it needs is there; a long wait for a certain failure helps nobody. */
async function roundTrip(home: string, hookFile: string, findings: readonly Finding[]): Promise<Finding> {
  const needed = ['curl', 'hook file', 'daemon', 'endpoint'];
  const broken = findings.find(({ check, verdict }) => verdict === 'fail' && needed.includes(check));
  if (broken === undefined) return checkRoundTrip(home, hookFile);
  return fail('round trip', `Nothing can come through before the ${broken.check} is mended`, 'See above.');
}

const MARKS: Readonly<Record<Verdict, { mark: string; color: 'green' | 'yellow' | 'red' }>> = {
  ok: { mark: 'ok  ', color: 'green' },
  warn: { mark: 'warn', color: 'yellow' },
  fail: { mark: 'FAIL', color: 'red' },
};

/** Columns before what was found, and before what goes on below where there is little room. */
const FOUND = 25;
const ROOMY = 72;
const NARROW = 6;

function report({ check, verdict, found, mend }: Finding, { colors, columns }: Terminal): string[] {
  const { mark, color } = MARKS[verdict];
  const head = `${colors[color](mark)}  ${padTo(check, FOUND - NARROW - 2)}`;
  const narrow = columns !== undefined && columns < ROOMY;
  const indent = ' '.repeat(narrow ? NARROW : FOUND);
  const room = columns === undefined ? undefined : columns - indent.length - 2;
  const words = wrap(plain(found), room);
  const beside = !narrow || FOUND + displayWidth(plain(found)) <= columns;
  const mends = mend === undefined ? [] : wrap(plain(mend), room).map(line => colors.bold(line));
  return [
    beside ? `${head}  ${words[0] ?? ''}` : head.trimEnd(),
    ...(beside ? words.slice(1) : words).map(line => indent + line),
    ...mends.map((line, index) => `${indent}${index === 0 ? '→ ' : '  '}${line}`),
  ];
}

function verdictOf(findings: readonly Finding[]): string {
  const count = (wanted: Verdict): number => findings.filter(({ verdict }) => verdict === wanted).length;
  if (count('fail') > 0) return `${count('fail')} of ${plural(findings.length, 'check')} failed.`;
  return count('warn') > 0 ? `All works; worth a look: ${count('warn')}.` : 'All is well.';
}
