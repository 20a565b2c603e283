// Who a prompt is from: the user is one of several.
import { z } from 'zod';

export const PromptOrigin = z.object({
  kind: z
    .enum(['user', 'peer', 'task', 'unknown'])
    .describe('`user`: typed; `peer`: sent by somebody else; `task`: news of a task in the background.'),
  messageId: z.string().optional().describe('The message of hookline that it is.'),
  from: z.string().optional().describe('Who sent it, by their own account.'),
});
export type PromptOrigin = z.infer<typeof PromptOrigin>;
