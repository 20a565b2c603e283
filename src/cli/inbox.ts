// `hookline inbox`: who has messages waiting, and which.
import type { Command } from 'commander';
import { z } from 'zod';
import { roomAt } from '../inbox/index.ts';
import { Message } from '../protocol/index.ts';
import { connectApi } from './api.ts';
import { configOf, examples } from './command.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine, plain } from './text/plain.ts';
import { table } from './text/table.ts';
import { duration } from './text/time.ts';
import { cutTo } from './text/width.ts';

export const Inboxes = z.object({
  inboxes: z.array(
    z.object({
      name: z.string(),
      sessionId: z.string().optional(),
      live: z.boolean(),
      queued: z.number(),
      accepted: z.number(),
      held: z.number(),
      oldestAt: z.number(),
    }),
  ),
});
/** Messages as they stand. */
export const Messages = z.object({ messages: z.array(Message) });

export function addInbox(program: Command, terminal: Terminal): void {
  const command = program
    .command('inbox')
    .summary('Show which messages wait.')
    .description('Show for whom messages are under way, or what waits for one name. Nothing is taken.')
    .argument('[name]', 'Whose messages to show.')
    .option('--json', 'Print what there is as JSON.')
    .action(async (name: string | undefined, { json }: { json?: true }) => {
      const api = await connectApi(configOf(command, terminal).home);
      if (name !== undefined) {
        const answer = await api.get(`/api/inbox/${encodeURIComponent(name)}`, Messages);
        if (json) return terminal.print(jsonLine(answer));
        for (const message of answer.messages) await terminal.print(lineOf(message, terminal));
        if (answer.messages.length === 0) terminal.say(`Nothing waits for ${name}.`);
        return;
      }
      const answer = await api.get('/api/inbox', Inboxes);
      if (json) return terminal.print(jsonLine(answer));
      if (answer.inboxes.length === 0) return terminal.say('No message is under way.');
      const rows = answer.inboxes.map(({ name, live, queued, held, accepted, oldestAt }) => [
        { text: name },
        { text: live ? 'live' : roomAt(name) === undefined ? 'away' : 'room' },
        { text: `${queued} queued` },
        { text: held > 0 ? `${held} held` : '' },
        { text: accepted > 0 ? `${accepted} accepted` : '' },
        { text: `oldest ${duration(Date.now() - oldestAt)} ago` },
      ]);
      for (const line of table(rows)) await terminal.print(line);
    });
  examples(command, [
    ['hookline inbox', 'everybody for whom something is under way'],
    ['hookline inbox backend', 'what waits for backend, in the order it will get it'],
  ]);
}

function lineOf({ id, from, message, type, priority }: Message, { columns: width }: Terminal): string {
  const line = plain(
    `${id}  ${from}  ${priority === 'normal' ? '' : `${priority}  `}${message ?? type ?? ''}`,
  );
  return width === undefined ? line : cutTo(line, width);
}
