// An MCP server whose only tool asks the user for a name before it answers: newline-delimited JSON-RPC on stdin and stdout, no library.
import { createInterface } from 'node:readline';

const say = message => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const requestedSchema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
const tool = {
  name: 'ask',
  description: 'Asks for a name.',
  inputSchema: { type: 'object', properties: {} },
};
/** The call that waits for the answer. */
let call;

const METHODS = {
  initialize: ({ id, params }) =>
    say({
      id,
      result: {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'asking', version: '1' },
      },
    }),
  ping: ({ id }) => say({ id, result: {} }),
  'tools/list': ({ id }) => say({ id, result: { tools: [tool] } }),
  'tools/call': ({ id }) => {
    call = id;
    say({
      id: 'asked',
      method: 'elicitation/create',
      params: { mode: 'form', message: 'What is your name?', requestedSchema },
    });
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.method !== undefined) METHODS[message.method]?.(message);
  else if (message.id === 'asked')
    say({
      id: call,
      result: { content: [{ type: 'text', text: JSON.stringify(message.result ?? message.error) }] },
    });
}
