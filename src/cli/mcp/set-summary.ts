// The tool with which a session says what it works on.
import { z } from 'zod';
import { selfCommand } from '../invocation.ts';
import { tool } from './tool.ts';

const Accepted = z.object({ status: z.literal('accepted') });

export const setSummary = tool({
  name: 'set_summary',
  description:
    'Say in a sentence what you work on; others see it in list_sessions. Say it anew when it changes.',
  input: z.strictObject({
    summary: z.string().min(1).max(500).describe('One sentence or two, up to 500 characters.'),
  }),
  async run({ summary }, { api, self: { session } }) {
    if (session === undefined)
      throw new Error(
        `hookline knows of no session that runs this server, so there is nobody to say it of; its hooks tell of one once they are installed: ${selfCommand()} install`,
      );
    const { sessionId } = session;
    await api.post('/hook', Accepted, undefined, { sessionId, type: 'session.updated', data: { summary } });
    return { text: 'summary set' };
  },
});
