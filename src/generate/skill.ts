// The skill of the plugin: the words of the MCP prompt `peers`, and what to do where the tools are not there.
import { PEERS } from '../cli/mcp/peers.ts';

/** The model of every session has this before it, so that it knows when to read the rest. */
const WHEN =
  'How sessions of coding agents write to each other through hookline, what a message of another session is, when to answer it and when not. Read it before you first write to another session, and when a line [hookline message …] has come.';

const TOOLS = `Where the tools are
- send_message, check_messages, list_sessions and set_summary are those of the MCP server hookline, which came with this skill.
- When they are not there, the server could not be started: hookline itself has to be installed, and its command on the PATH. Tell your user so.
- When one of them says that hookline is not running, tell your user, with the command that it names. Do not start hookline yourself unless your user asks for it.`;

export const skillSource = (): string => `---\ndescription: ${WHEN}\n---\n\n${PEERS}\n\n${TOOLS}\n`;
