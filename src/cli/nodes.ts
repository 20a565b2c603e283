// `hookline nodes`: which machines a hub shows, and how far it knows each.
import type { Command } from 'commander';
import { z } from 'zod';
import { NodeState } from '../protocol/index.ts';
import { connectApi } from './api.ts';
import { configOf, examples } from './command.ts';
import { selfCommand } from './invocation.ts';
import type { Terminal } from './terminal.ts';
import { plural } from './text/amount.ts';
import { jsonLine, plain } from './text/plain.ts';
import { type Cell, table } from './text/table.ts';
import { duration } from './text/time.ts';

const NodesAnswer = z.object({ nodes: z.array(NodeState) });

export function addNodes(program: Command, terminal: Terminal): void {
  const command = program
    .command('nodes')
    .summary('Tell how the machines of a hub are.')
    .description(
      'Tell which machines the hub shows, whether each is heard of, how many of its sessions live, and how many of its events are still on their way. A hub is spoken to by HOOKLINE_HOME, as it says when it starts. Exit code 1 when one of them is away.',
    )
    .option('--json', 'Print {"nodes": [...]} on stdout.')
    .action(async ({ json }: { json?: true }) => {
      const api = await connectApi(configOf(command, terminal).home);
      const { nodes } = await api.get('/api/nodes', NodesAnswer);
      terminal.exitCode = nodes.every(({ state }) => state === 'online') ? 0 : 1;
      if (json) return terminal.print(jsonLine({ nodes }));
      if (nodes.length === 0)
        return terminal.say(
          `No machines: either this is no hub, which is started with: ${selfCommand()} hub, or no hookline has told its server anything yet`,
        );
      for (const line of table(nodes.map(one => rowOf(one, terminal)))) await terminal.print(plain(line));
    });
  examples(command, [
    ['hookline nodes', 'a look'],
    ['hookline nodes --json', 'the same for scripts'],
  ]);
}

function rowOf(one: NodeState, { colors }: Terminal): Cell[] {
  const { node, state, version, sessions, behind, heardAt } = one;
  const waits = behind === 0 ? 'all is here' : `${plural(behind, 'event')} on the way`;
  const heard = state === 'online' || heardAt === undefined ? '' : duration(Date.now() - heardAt);
  return [
    { text: node },
    { text: state, paint: state === 'online' ? colors.green : colors.yellow },
    { text: plural(sessions, 'session') },
    { text: heard === '' ? waits : `${waits}; heard ${heard} ago` },
    { text: version ?? '' },
  ];
}
