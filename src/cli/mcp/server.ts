// The MCP server: which tools there are, and what a client is told of how a call went.
import { McpServer, type ServerContext } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { VERSION } from '../../version.ts';
import { connectApi } from '../api.ts';
import { CHANNEL, Channel } from './channel.ts';
import { checkMessages } from './check-messages.ts';
import { fetchMessages } from './fetch-messages.ts';
import { HandOver } from './hand-over.ts';
import { Identity } from './identity.ts';
import { listSessions } from './list-sessions.ts';
import { INSTRUCTIONS, PEERS } from './peers.ts';
import { reply, sendMessage, status } from './send.ts';
import { setSummary } from './set-summary.ts';
import type { Tool } from './tool.ts';

export interface ServerOptions {
  /** The state directory of the daemon. */
  readonly home: string;
  /** Claude Code's own folder, such as `~/.claude`. */
  readonly configDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Who its messages are from. Default: the session. */
  readonly name: string | undefined;
  /** Whether the client is told that messages wait, where it takes such notices. */
  readonly channel: boolean;
  /** Tells whoever reads the log of the client. */
  readonly say: (line: string) => void;
}

const TOOLS: readonly Tool[] = [
  sendMessage,
  listSessions,
  checkMessages,
  setSummary,
  reply,
  status,
  fetchMessages,
];

/** Serves the client at stdin and stdout; resolves at once, and the process ends with stdin. */
export async function serveMcp({ home, say, channel, ...whose }: ServerOptions): Promise<void> {
  const wire = new HandOver();
  const identity = new Identity({ ...whose, say });

  async function call(tool: Tool, input: Record<string, unknown>, { mcpReq }: ServerContext) {
    try {
      // Anew for each call: the daemon may have been started since, at another address.
      const api = await connectApi(home, 'mcp');
      const self = await identity.find(api);
      const { text, handedOver } = await tool.run(input, { api, self, signal: mcpReq.signal });
      if (handedOver)
        wire.afterAnswer(mcpReq, () => {
          handedOver().catch(error => say(`${tool.name}: ${told(error)}`));
        });
      return { content: [{ type: 'text' as const, text }] };
    } catch (error) {
      return { content: [{ type: 'text' as const, text: told(error) }], isError: true };
    }
  }

  function makeServer(): McpServer {
    const capabilities = channel ? { experimental: { [CHANNEL]: {} } } : {};
    const server = new McpServer(
      { name: 'hookline', version: VERSION },
      { capabilities, instructions: INSTRUCTIONS },
    );
    for (const tool of TOOLS) {
      const { description, input, isReadOnly = false } = tool;
      const about = { description, inputSchema: input, annotations: { readOnlyHint: isReadOnly } };
      server.registerTool(tool.name, about, (given, context) => call(tool, given, context));
    }
    server.registerPrompt(
      'peers',
      { description: 'What messages from other sessions are, and when to answer them.' },
      () => ({ messages: [{ role: 'user', content: { type: 'text', text: PEERS } }] }),
    );
    return server;
  }

  const onerror = (error: Error): void => say(`MCP: ${error.message}`);
  if (!channel) {
    serveStdio(makeServer, { transport: wire, onerror });
    return;
  }
  // The protocol of 2026 has no way for notices that nobody asked for, so only the one of 2025 is spoken.
  const mcp = makeServer();
  const { server } = mcp;
  let notices: Channel | undefined;
  server.onerror = onerror;
  server.oninitialized = () => {
    notices ??= new Channel({ home, identity, say, notify: notice => server.notification(notice) });
  };
  server.onclose = () => notices?.close();
  await mcp.connect(wire);
}

const told = (error: unknown): string => (error instanceof Error ? error.message : String(error));
