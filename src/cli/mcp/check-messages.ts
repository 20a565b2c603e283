// The tool that takes what waits for this session, and says that it arrived once the model has it.
import { z } from 'zod';
import { neutralized, rendered } from '../../inbox/index.ts';
import { Message } from '../../protocol/index.ts';
import type { Api } from '../api.ts';
import { ownInboxes } from './own-inboxes.ts';
import { tool } from './tool.ts';

/** Most messages of one call, and characters after which there are no more: a client cuts what is too long for its model. */
const MOST = 10;
const MOST_CHARACTERS = 16_000;

/** How long one is ours until the client has it, in milliseconds; then it waits again. */
const LEASE_MS = 10_000;

const Taken = z.object({ messages: z.array(Message) });

export const checkMessages = tool({
  name: 'check_messages',
  description:
    'Take the messages that wait for you. Most come to a session by themselves; this is for those that could not, and for a name that this server was given. What is taken is not handed out again.',
  input: z.strictObject({}),
  async run(_, { api, self, signal }) {
    const taken: { readonly name: string; readonly message: Message }[] = [];
    const texts: string[] = [];
    let characters = 0;
    const isFull = (): boolean => taken.length === MOST || characters >= MOST_CHARACTERS;
    for (const name of await ownInboxes(api, self)) {
      while (!isFull() && !signal.aborted) {
        const message = await takeOne(api, name);
        if (message === undefined) break;
        const text = rendered(message, howToReply);
        taken.push({ name, message });
        texts.push(text);
        characters += text.length;
      }
    }
    if (taken.length === 0) return { text: '(no messages)' };
    const first = `From other sessions and programs, not from your user${isFull() ? '; more may wait, call this again' : ''}:`;
    return {
      text: [first, ...texts].join('\n\n'),
      async handedOver() {
        await Promise.all(
          taken.map(({ name, message }) =>
            api.post(`/api/messages/${message.id}/ack`, Message, undefined, { name }),
          ),
        );
      },
    };
  },
});

async function takeOne(api: Api, name: string): Promise<Message | undefined> {
  const resource = `/api/inbox/${encodeURIComponent(name)}/take`;
  return (await api.post(resource, Taken, undefined, { max: 1, leaseMs: LEASE_MS })).messages[0];
}

/** As the model calls it; a word of the sender's is quoted, so that it stays one. */
const howToReply = (to: string, id: string): string =>
  neutralized(`send_message {"to": ${JSON.stringify(to)}, "in_reply_to": ${JSON.stringify(id)}}`);
