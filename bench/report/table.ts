// The page of all figures, docs/bench.md.
import type { Report, Run, Section } from './report.ts';
import type { Row } from './row.ts';
import { cells, isBusy, machine } from './show.ts';

const HEAD = `# Figures: what was measured

[hookline](../README.md) · [protocol](protocol.md) · [client library](client-library.md) · [messages](messages.md) · [approvals](approvals.md) · [rooms](channel.md) · [relay](relay.md) · [brokers](brokers.md) ([AMQP](amqp.md), [MQTT](mqtt.md), [Redis](redis.md), [NATS](nats.md)) · [hub](hub.md) · [automation](automation.md) · [alerts](alerts.md) ·
[operations](operations.md) · [configuration](configuration.md) · [performance](performance.md) · [figures](bench.md)

Written by \`npm run bench\`, never by hand; the data is in \`docs/bench.json\`. Beside each figure stands the control: the same work
without hookline, measured next to it. The figure is the median, between brackets is the range of all times it was measured. A ratio is
of two that were measured next to each other, so its median need not be the ratio of the medians. What could not be measured says why.
`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

function line(row: Row): string {
  const texts = 'missing' in row ? [row.what, `not measured: ${row.missing}`, '', '', ''] : cells(row);
  return `| ${texts.map(cell).join(' | ')} |`;
}

const table = ({ title, rows }: Section): string =>
  `### ${title}\n\n| what | hookline | control | ratio | aim |\n|---|---|---|---|---|\n${rows.map(line).join('\n')}\n`;

const others = ({ busyCores, load, machine: { cores } }: Run): string =>
  busyCores === undefined
    ? `load average ${load?.toFixed(2)}`
    : `${busyCores.toFixed(2)} of ${cores} cores busy with other things`;

const about = (run: Run): string => {
  const when = run.date.slice(0, 16).replace('T', ' ');
  return [
    `## Run of ${when} UTC\n`,
    `- ${machine(run)}`,
    `- ${others(run)} when it began${isBusy(run) ? ': **the machine was not at rest**, so none of this is worth much' : ''}`,
    `- \`${run.command}\`, ${run.rounds === 1 ? 'one round' : `${run.rounds} rounds`}, at commit \`${run.commit}\`\n`,
  ].join('\n');
};

/** A heading for each run, with the tables that are of it. */
export function page({ sections }: Report): string {
  const runs = new Map<string, Section[]>();
  for (const section of sections) {
    const key = JSON.stringify(section.run);
    runs.set(key, [...(runs.get(key) ?? []), section]);
  }
  const parts = [...runs].flatMap(([run, tables]) => [about(JSON.parse(run) as Run), ...tables.map(table)]);
  return [HEAD, ...parts].join('\n');
}
